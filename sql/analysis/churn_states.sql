-- A customer of whom something can be said about staying: their state on D and the rule
-- that decided it. The rules in order, of those that churn.decided_by uses: a stated
-- departure; the end of the last contract; a flag; a contract that is due beside an
-- open complaint; silence, which makes a customer whose contract goes on a risk at
-- most. The profit at stake is that of the
-- twelve months before valued_until_on: the day after the last activity, or where there
-- is none the end of the contract, or the day after the departure.
-- grain: customer_id
-- needs: none
-- units: days_silent days, gap_days days, limit_days days, open_cases count

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
        params.uses_rhythm,
        churn_signs.days_silent, churn_signs.gap_days, churn_signs.limit_days,
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
            when is_quiet then rhythm
            when has_contract then 'contract_in_force'
            when uses_rhythm then coalesce(rhythm, 'contract_in_force')
            else 'no_sign'
        end as rule,
        is_over and not has_contract as is_silent, is_quiet,
        days_silent, gap_days, limit_days, open_cases, grace_days,
        last_active_on, left_on, due_on, ended_on
    from used
),
judged as (
    select
        customer_id, rule,
        case
            when rule in ('stated_departure', 'contract_end', 'flag') then 'churned'
            when rule = 'contract_due' then 'at_risk'
            when is_silent then 'churned'
            when is_quiet then 'at_risk'
            else 'active'
        end as state,
        days_silent, gap_days, limit_days, open_cases, grace_days,
        last_active_on, left_on, due_on, ended_on
    from ruled
),
final as (
    select
        judged.customer_id,
        judged.state, judged.rule,
        judged.days_silent, judged.gap_days, judged.limit_days,
        judged.open_cases, judged.grace_days,
        judged.last_active_on, judged.left_on, judged.due_on, judged.ended_on,
        cast(case
            when judged.state <> 'churned' then null
            when judged.rule = 'stated_departure' then judged.left_on
            when judged.rule = 'contract_end' then judged.ended_on
            when judged.rule = 'flag'
                then coalesce(judged.last_active_on, judged.ended_on, params.last_day)
            else judged.last_active_on + judged.limit_days * interval '1' day
        end as date) as churned_on,
        cast(coalesce(
            judged.last_active_on + interval '1' day,
            judged.ended_on,
            judged.left_on + interval '1' day,
            params.as_of
        ) as date) as valued_until_on
    from judged
    cross join params
)
select * from final
