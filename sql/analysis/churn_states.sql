-- A customer of whom something can be said about staying: their state on D and the rule
-- that decided it. Silence makes a customer whose contract goes on a risk at most. The
-- profit at stake is that of the twelve months before valued_until_on: the day after
-- the last activity, or where there is none the end of the contract, or the day after
-- the departure.
-- grain: customer_id
-- needs: none
-- units: days_silent days, gap_days days, limit_days days, open_cases count
-- units: p_alive share

with churn_rules as (
    select * from analysis.churn_rules
),
params as (
    select * from run.params
),
judged as (
    select
        customer_id, rule,
        case
            when rule in ('stated_departure', 'contract_end', 'flag') then 'churned'
            when rule = 'contract_due' then 'at_risk'
            when is_over and not has_contract then 'churned'
            when is_quiet or is_over then 'at_risk'
            else 'active'
        end as state,
        days_silent, gap_days, limit_days, p_alive, open_cases, grace_days,
        last_active_on, left_on, due_on, ended_on
    from churn_rules
),
final as (
    select
        judged.customer_id,
        judged.state, judged.rule,
        judged.days_silent, judged.gap_days, judged.limit_days, judged.p_alive,
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
