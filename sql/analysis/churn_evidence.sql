-- A customer and the figures behind the rule that decided about them, as name=value
-- pairs separated by semicolons: facts that read the same in every language.
-- grain: customer_id
-- needs: none
-- view: yes

with churn_states as (
    select * from analysis.churn_states
),
texts as (
    select
        customer_id,
        state,
        rule,
        cast(days_silent as varchar) as days_silent,
        cast(cast(p_alive as decimal(5, 4)) as varchar) as p_alive,
        cast(gap_days as varchar) as gap_days,
        cast(limit_days as varchar) as limit_days,
        cast(open_cases as varchar) as open_cases,
        cast(grace_days as varchar) as grace_days,
        cast(last_active_on as varchar) as last_active_on,
        cast(left_on as varchar) as left_on,
        cast(coalesce(due_on, ended_on) as varchar) as ends_on
    from churn_states
),
final as (
    select
        customer_id,
        case rule
            when 'stated_departure' then 'left_on=' || left_on
            when 'contract_end'
                then 'ended_on=' || ends_on || '; grace_days=' || grace_days
            when 'contract_due'
                then 'due_on=' || ends_on || '; open_cases=' || open_cases
            when 'no_sign' then 'last_activity_on=' || coalesce(last_active_on, 'none')
            when 'model' then 'p_alive=' || p_alive || '; days_silent=' || days_silent
                || '; limit_days=' || coalesce(limit_days, 'none')
                || '; last_activity_on=' || last_active_on
            when 'flag' then 'flag=left'
                || '; last_activity_on=' || coalesce(last_active_on, 'none')
            when 'contract_in_force' then 'due_on=' || coalesce(ends_on, 'none')
            else 'days_silent=' || days_silent
                || '; gap_days=' || coalesce(gap_days, 'none')
                || '; limit_days=' || coalesce(limit_days, 'none')
                || '; last_activity_on=' || last_active_on
        end as evidence
    from texts
)
select * from final
