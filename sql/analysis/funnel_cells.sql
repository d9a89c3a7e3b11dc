-- A stage of the funnel and how many opportunities of a group reached it, went on, are
-- still in it or were lost there. Of the last stage those go on that are signed.
-- grain: segmentation, segment, position
-- needs: none
-- units: entered count, converted count, still_open count, lost count
with
groups as (
    select * from analysis.opportunity_groups
),
reached as (
    select * from analysis.stage_reached
),
stages as (
    select * from run.funnel_stages where position > 0
),
counted as (
    select
        groups.segmentation, groups.segment,
        reached.reached, reached.state,
        count(*) as opportunities
    from groups
    inner join reached
        on groups.opportunity_id = reached.opportunity_id
    group by groups.segmentation, groups.segment, reached.reached, reached.state
),
final as (
    select
        counted.segmentation, counted.segment,
        stages.position, stages.stage,
        cast(sum(opportunities) as bigint) as entered,
        cast(sum(
            case
                when reached > position or state = 'won' then opportunities
                else 0
            end
        ) as bigint) as converted,
        cast(sum(
            case
                when reached = position and state = 'open' then opportunities
                else 0
            end
        ) as bigint) as still_open,
        cast(sum(
            case
                when reached = position and state = 'lost' then opportunities
                else 0
            end
        ) as bigint) as lost
    from counted
    cross join stages
    where counted.reached >= stages.position
    group by
        counted.segmentation, counted.segment, stages.position, stages.stage
)
select * from final
