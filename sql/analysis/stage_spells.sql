-- The time of an opportunity in a stage that it reached, the last stage left out. Where
-- nobody knows when it entered or left the stage there are no days.
-- grain: opportunity_id, position
-- needs: none
-- units: days days
-- column: has_ended  it moved on or was lost; otherwise it was still there
-- column: days  in the stage, until the last day before D when it is still there
with
reached as (
    select * from analysis.stage_reached
),
states as (
    select * from analysis.opportunity_states
),
stages as (
    select stages.position
    from run.funnel_stages as stages
    cross join run.funnel_policy as funnel
    where stages.position between 1 and funnel.stages - 1
),
entries as (
    select * from analysis.stage_entries
),
params as (
    select * from run.params
),
spells as (
    select
        reached.opportunity_id, reached.state,
        stages.position,
        reached.reached > stages.position or reached.state <> 'open' as has_ended,
        reached.reached = stages.position as is_furthest
    from reached
    cross join stages
    where stages.position <= reached.reached
),
dated as (
    select
        spells.opportunity_id, spells.position, spells.has_ended,
        entries.entered_on,
        case
            when not spells.has_ended then params.last_day
            when spells.is_furthest then states.ended_on
            when following.entered_on is not null then following.entered_on
            when states.has_history then entries.later_on
        end as left_on
    from spells
    cross join params
    inner join states
        on spells.opportunity_id = states.opportunity_id
    left join entries
        on spells.opportunity_id = entries.opportunity_id
        and spells.position = entries.position
    left join entries as following
        on spells.opportunity_id = following.opportunity_id
        and spells.position + 1 = following.position
),
final as (
    select
        opportunity_id,
        cast(position as bigint) as position,
        has_ended, entered_on,
        case
            when left_on >= entered_on then date_diff('day', entered_on, left_on)
        end as days
    from dated
)
select * from final
