-- An opportunity and how far it came in the funnel before D. Who reached a stage
-- reached all before it, skipped or not; who signed reached the last. Without stages no
-- rows.
-- grain: opportunity_id
-- needs: none
-- units: regressions count, skipped count
-- column: reached  the furthest stage, from 1 on
-- column: position  the stage it is in, which can lie before the furthest
-- column: skipped  stages up to the furthest that its history leaves out; 0 without one
with
states as (
    select * from analysis.opportunity_states
),
funnel as (
    select * from run.funnel_policy where stages > 0
),
moves as (
    select * from analysis.stage_moves
),
entered as (
    select
        opportunity_id,
        max(position) as furthest,
        count(case when position > 1 then 1 end) as later_stages
    from analysis.stage_entries
    group by opportunity_id
),
placed as (
    select
        states.opportunity_id,
        states.has_history,
        states.state,
        funnel.stages,
        coalesce(entered.furthest, 1) as furthest,
        coalesce(entered.later_stages, 0) as later_stages,
        coalesce(moves.regressions, 0) as regressions,
        case
            when states.state = 'won' then funnel.stages
            when states.stage_position < 1 then null
            when states.state = 'open' and states.stage_position = funnel.stages
                then null
            else states.stage_position
        end as position
    from states
    cross join funnel
    left join entered
        on states.opportunity_id = entered.opportunity_id
    left join moves
        on states.opportunity_id = moves.opportunity_id
),
far as (
    select
        opportunity_id, has_history, state, later_stages, regressions, position,
        case when position > furthest then position else furthest end as reached
    from placed
),
final as (
    select
        opportunity_id,
        state,
        cast(reached as bigint) as reached,
        cast(coalesce(position, reached) as bigint) as position,
        regressions,
        case
            when has_history and reached - 1 > later_stages
                then reached - 1 - later_stages
            else 0
        end as skipped
    from far
)
select * from final
