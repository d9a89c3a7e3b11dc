-- An opportunity that was known before D, as it stood then. One of which no day is
-- known counts as known.
-- grain: opportunity_id
-- needs: none
-- units: amount money, days days, delay_days days, filled count, required count
-- column: state  won, lost or open
-- column: cohort  first day of the period in which it began; unknown
-- column: days  from the beginning to the end; NULL when that is not known or negative
with
facts as (
    select * from analysis.opportunity_facts
),
params as (
    select * from run.params
),
calendar as (
    select * from core.calendar
),
known as (
    select
        facts.opportunity_id, facts.customer_id, facts.owner_id,
        facts.source, facts.product_id,
        facts.stage, facts.stage_position, facts.has_history,
        case
            when facts.ended_on >= params.as_of then 'open'
            else facts.outcome
        end as state,
        facts.created_on, facts.entered_on, facts.began_on,
        case when facts.ended_on < params.as_of then facts.ended_on end as ended_on,
        facts.amount,
        facts.delay_days, facts.filled, facts.required
    from facts
    cross join params
    where facts.began_on is null or facts.began_on < params.as_of
),
final as (
    select
        known.opportunity_id, known.customer_id, known.owner_id,
        known.source, known.product_id,
        known.stage, known.stage_position, known.has_history,
        known.state,
        coalesce(cast(calendar.period_on as varchar), 'unknown') as cohort,
        known.created_on, known.entered_on, known.began_on, known.ended_on,
        case
            when known.ended_on >= known.began_on
                then date_diff('day', known.began_on, known.ended_on)
        end as days,
        known.amount,
        known.delay_days, known.filled, known.required
    from known
    left join calendar
        on known.began_on = calendar.day
)
select * from final
