-- The opportunities of an owner, or of all of them, and what became of them before D.
-- grain: segmentation, segment
-- needs: none
-- units: opportunities count, won count, lost count, still_open count
-- units: won_value money, open_value money
-- units: recorded count, timely count, filled count, required count
with
groups as (
    select opportunity_id, segmentation, segment
    from analysis.opportunity_groups
    where segmentation in ('all', 'owner')
),
states as (
    select * from analysis.opportunity_states
),
funnel as (
    select * from run.funnel_policy
),
final as (
    select
        groups.segmentation, groups.segment,
        count(*) as opportunities,
        count(case when states.state = 'won' then 1 end) as won,
        count(case when states.state = 'lost' then 1 end) as lost,
        count(case when states.state = 'open' then 1 end) as still_open,
        cast(sum(
            case when states.state = 'won' then states.amount else 0 end
        ) as decimal(38, 4)) as won_value,
        cast(sum(
            case when states.state = 'open' then states.amount else 0 end
        ) as decimal(38, 4)) as open_value,
        count(states.delay_days) as recorded,
        count(
            case when states.delay_days <= funnel.entry_days then 1 end
        ) as timely,
        cast(sum(states.filled) as bigint) as filled,
        cast(sum(states.required) as bigint) as required
    from groups
    cross join funnel
    inner join states
        on groups.opportunity_id = states.opportunity_id
    group by groups.segmentation, groups.segment
)
select * from final
