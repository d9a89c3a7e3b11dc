-- An open opportunity in its stage: since when it is there, and whether that is longer
-- than nine in ten of the closed ones were.
-- grain: opportunity_id
-- needs: none
-- units: amount money, days days, limit_days days
with
reached as (
    select * from analysis.stage_reached where state = 'open'
),
states as (
    select * from analysis.opportunity_states
),
entries as (
    select * from analysis.stage_entries
),
chances as (
    select * from analysis.stage_chances
),
params as (
    select * from run.params
),
final as (
    select
        reached.opportunity_id, reached.position,
        chances.stage,
        states.customer_id, states.owner_id, states.amount,
        entries.entered_on,
        date_diff('day', entries.entered_on, params.last_day) as days,
        chances.limit_days,
        coalesce(
            date_diff('day', entries.entered_on, params.last_day)
                > chances.limit_days,
            false
        ) as is_stuck
    from reached
    cross join params
    inner join states
        on reached.opportunity_id = states.opportunity_id
    inner join chances
        on reached.position = chances.position
    left join entries
        on reached.opportunity_id = entries.opportunity_id
        and reached.position = entries.position
)
select * from final
