-- The deals of an owner, or of all, that were won or lost before D, and the days from
-- their beginning to their end: mean, and median by the nearest rank.
-- grain: segmentation, segment, state
-- needs: none
-- units: deals count, timed count, mean_days days, median_days days
with
groups as (
    select opportunity_id, segmentation, segment
    from analysis.opportunity_groups
    where segmentation in ('all', 'owner')
),
states as (
    select * from analysis.opportunity_states
),
ranked as (
    select
        groups.segmentation, groups.segment,
        states.state, states.days,
        row_number() over (
            partition by groups.segmentation, groups.segment, states.state
            order by states.days nulls last, states.opportunity_id
        ) as place,
        count(states.days) over (
            partition by groups.segmentation, groups.segment, states.state
        ) as timed
    from groups
    inner join states
        on groups.opportunity_id = states.opportunity_id
    where states.state <> 'open'
),
final as (
    select
        segmentation, segment, state,
        count(*) as deals,
        count(days) as timed,
        cast(sum(days) as double) / nullif(cast(count(days) as double), 0) as mean_days,
        min(case when 2 * place >= timed then days end) as median_days
    from ranked
    group by segmentation, segment, state
)
select * from final
