-- A customer of whom something can be said about staying: they were active, have or had
-- a contract, said that they leave, or are flagged. The signs that the rules of churn
-- look at, whether churn.decided_by uses them or not.
-- grain: customer_id
-- needs: none
-- units: days_silent days, gap_days days, limit_days days
-- units: risk_limit_days days, model_limit_days days, model_risk_days days
-- units: p_alive share
-- units: open_cases count
-- column: has_left  said so, and neither activity nor a new contract came after it
-- column: has_ended  the last contract ended, its grace is over, no activity came after
-- column: has_contract  a contract goes on, or ended and its grace is not over yet
-- column: model_limit_days  the silence that the purchase model grants, if it is asked
-- column: flag  left, joined or stays, by the attribute that churn.flag names
-- column: is_due  a contract ends within the configured days, or ended within its grace

with customers as (
    select * from core.customers
),
silences as (
    select * from analysis.silences
),
contract_standings as (
    select * from analysis.contract_standings
),
stated_reasons as (
    select * from analysis.stated_reasons
),
flagged_customers as (
    select * from analysis.flagged_customers
),
model_limits as (
    select * from fit.model_limits
),
open_cases as (
    select * from analysis.open_cases
),
params as (
    select * from run.params
),
joined as (
    select
        customers.customer_id,
        silences.rhythm, silences.days_silent, silences.gap_days, silences.limit_days,
        silences.risk_limit_days, silences.last_active_on,
        contract_standings.is_going_on, contract_standings.due_on,
        contract_standings.ended_on, contract_standings.last_starts_on,
        stated_reasons.left_on,
        flagged_customers.flag,
        model_limits.p_alive,
        model_limits.limit_days as model_limit_days,
        model_limits.risk_limit_days as model_risk_days,
        coalesce(open_cases.open_cases, 0) as open_cases,
        date_diff('day', contract_standings.ended_on, params.as_of) as days_ended,
        date_diff('day', params.as_of, contract_standings.due_on) as days_to_due,
        params.grace_days,
        params.due_days
    from customers
    cross join params
    left join silences
        on customers.customer_id = silences.customer_id
    left join contract_standings
        on customers.customer_id = contract_standings.customer_id
    left join stated_reasons
        on customers.customer_id = stated_reasons.customer_id
    left join flagged_customers
        on customers.customer_id = flagged_customers.customer_id
    left join model_limits
        on customers.customer_id = model_limits.customer_id
    left join open_cases
        on customers.customer_id = open_cases.customer_id
    where
        silences.customer_id is not null
        or contract_standings.customer_id is not null
        or stated_reasons.customer_id is not null
        or flagged_customers.customer_id is not null
),
final as (
    select
        customer_id,
        rhythm,
        days_silent, gap_days, limit_days, risk_limit_days, open_cases, grace_days,
        left_on is not null
        and coalesce(last_active_on <= left_on, true)
        and coalesce(last_starts_on <= left_on, true) as has_left,
        ended_on is not null
        and days_ended >= grace_days
        and coalesce(last_active_on <= ended_on, true) as has_ended,
        coalesce(is_going_on or days_ended < grace_days, false) as has_contract,
        coalesce(days_to_due <= due_days or days_ended < grace_days, false) as is_due,
        flag, p_alive, model_limit_days, model_risk_days,
        last_active_on, left_on, due_on, ended_on
    from joined
)
select * from final
