-- A stage of which it is known when an opportunity entered it before D: from the
-- history of stages, from the current stage, from the day of creation for the first
-- stage and from the day of signing for the last.
-- grain: opportunity_id, position
-- needs: none
-- column: entered_on  the first day
-- column: later_on  the first day in any later stage
with
states as (
    select * from analysis.opportunity_states
),
history as (
    select * from staging.opportunity_stages
),
stages as (
    select * from run.funnel_stages where position > 0
),
funnel as (
    select * from run.funnel_policy where stages > 0
),
params as (
    select * from run.params
),
entries as (
    select history.opportunity_id, stages.position, history.entered_on
    from history
    inner join stages
        on history.said = stages.said
    union all
    select states.opportunity_id, states.stage_position, states.entered_on
    from states
    cross join funnel
    where states.stage_position between 1 and funnel.stages
        and (states.stage_position < funnel.stages or states.state <> 'open')
    union all
    select states.opportunity_id, 1, states.created_on
    from states
    cross join funnel
    union all
    select states.opportunity_id, funnel.stages, states.ended_on
    from states
    cross join funnel
    where states.state = 'won'
),
first_entries as (
    select
        entries.opportunity_id, entries.position,
        min(entries.entered_on) as entered_on
    from entries
    inner join states
        on entries.opportunity_id = states.opportunity_id
    cross join params
    where entries.entered_on < params.as_of
    group by entries.opportunity_id, entries.position
),
final as (
    select
        opportunity_id,
        cast(position as bigint) as position,
        entered_on,
        min(entered_on) over (
            partition by opportunity_id
            order by position
            rows between 1 following and unbounded following
        ) as later_on
    from first_entries
)
select * from final
