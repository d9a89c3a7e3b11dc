-- A customer who could have answered in W, or did. Whoever was asked in W could, where
-- contacts say who was asked; else whoever was active in W: had an activity, or a
-- contract in force. An answer counts from the first day of asking on. Nobody is
-- counted where no surveys are loaded.
-- grain: customer_id
-- needs: none
-- column: basis  asked or active: who counts as having been able to answer
-- column: is_counted  asked, or active: one of those of whom the rate speaks
-- column: has_answered  of the counted: answered in W, if asked then or later
with
window_answers as (
    select * from analysis.window_answers
),
asked_days as (
    select * from analysis.asked_days
),
activity_spans as (
    select * from analysis.activity_spans
),
contracts as (
    select * from staging.contracts
),
params as (
    select * from run.params
),
asked as (
    select asked_days.customer_id, min(asked_days.asked_on) as asked_on
    from asked_days
    cross join params
    where asked_days.asked_on >= params.window_start
        and asked_days.asked_on < params.as_of
    group by asked_days.customer_id
),
active as (
    select activity_spans.customer_id
    from activity_spans
    cross join params
    where activity_spans.last_active_on >= params.window_start
    union distinct
    select contracts.customer_id
    from contracts
    cross join params
    where contracts.customer_id is not null
        and contracts.starts_on < params.as_of
        and coalesce(contracts.ends_on > params.window_start, true)
        and coalesce(contracts.cancelled_on > params.window_start, true)
),
answered as (
    select customer_id, max(answered_on) as answered_on
    from window_answers
    group by customer_id
),
basis as (
    select case when count(*) > 0 then 'asked' else 'active' end as basis
    from asked
),
loaded as (
    select count(*) > 0 as has_surveys
    from run.columns
    where table_name = 'surveys'
),
everybody as (
    select customer_id from asked
    union distinct
    select customer_id from active
    union distinct
    select customer_id from answered
),
final as (
    select
        everybody.customer_id,
        basis.basis,
        loaded.has_surveys
        and case
            when basis.basis = 'asked' then asked.customer_id is not null
            else active.customer_id is not null
        end as is_counted,
        case
            when basis.basis = 'asked'
                then coalesce(answered.answered_on >= asked.asked_on, false)
            else active.customer_id is not null and answered.customer_id is not null
        end as has_answered
    from everybody
    cross join basis
    cross join loaded
    left join asked
        on everybody.customer_id = asked.customer_id
    left join active
        on everybody.customer_id = active.customer_id
    left join answered
        on everybody.customer_id = answered.customer_id
)
select * from final
