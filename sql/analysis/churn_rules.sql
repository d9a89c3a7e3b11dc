-- A customer of whom something can be said about staying, and the rule that decides,
-- the first that applies of those that churn.decided_by uses: a stated departure; the
-- end of the last contract; a flag; a contract that is due beside an open complaint;
-- silence beyond the limit of the rhythm, then of the purchase model, which makes a
-- customer whose contract goes on a risk at most.
-- grain: customer_id
-- needs: none
-- units: days_silent days, gap_days days, limit_days days, open_cases count
-- units: p_alive share
-- column: limit_days  of the model where its rule decides, else of the rhythm
-- column: is_over  silent beyond a limit that decides

with churn_signs as (
    select * from analysis.churn_signs
),
params as (
    select * from run.params
),
used as (
    select
        churn_signs.customer_id, churn_signs.rhythm,
        churn_signs.has_left and params.uses_departures as has_left,
        churn_signs.has_ended and params.uses_contracts as has_ended,
        churn_signs.flag = 'left' and params.uses_flags as is_flagged,
        churn_signs.has_contract and params.uses_contracts as has_contract,
        churn_signs.is_due and params.uses_contracts as is_due,
        churn_signs.days_silent > churn_signs.limit_days
            and params.uses_rhythm as is_over,
        churn_signs.days_silent > churn_signs.risk_limit_days
            and params.uses_rhythm as is_quiet,
        churn_signs.days_silent > churn_signs.model_limit_days
            and params.uses_model as is_over_model,
        churn_signs.days_silent > churn_signs.model_risk_days
            and params.uses_model as is_quiet_model,
        params.uses_rhythm, params.uses_model,
        churn_signs.days_silent, churn_signs.gap_days, churn_signs.limit_days,
        churn_signs.model_limit_days, churn_signs.p_alive,
        churn_signs.open_cases, churn_signs.grace_days,
        churn_signs.last_active_on, churn_signs.left_on,
        churn_signs.due_on, churn_signs.ended_on
    from churn_signs
    cross join params
),
ruled as (
    select
        customer_id,
        case
            when has_left then 'stated_departure'
            when has_ended then 'contract_end'
            when is_flagged then 'flag'
            when is_due and open_cases > 0 then 'contract_due'
            when is_over then rhythm
            when is_over_model then 'model'
            when is_quiet then rhythm
            when is_quiet_model then 'model'
            when has_contract then 'contract_in_force'
            when uses_rhythm then coalesce(rhythm, 'contract_in_force')
            when uses_model and p_alive is not null then 'model'
            else 'no_sign'
        end as rule,
        has_contract,
        coalesce(is_over, false) or coalesce(is_over_model, false) as is_over,
        coalesce(is_quiet, false) or coalesce(is_quiet_model, false) as is_quiet,
        days_silent, gap_days, limit_days, model_limit_days, p_alive,
        open_cases, grace_days, last_active_on, left_on, due_on, ended_on
    from used
),
final as (
    select
        customer_id, rule, has_contract, is_over, is_quiet,
        days_silent, gap_days,
        case when rule = 'model' then model_limit_days else limit_days end
            as limit_days,
        p_alive, open_cases, grace_days,
        last_active_on, left_on, due_on, ended_on
    from ruled
)
select * from final
