-- The bridge of contracts, failing for each stretch of time in which its steps do not
-- lead from its start to its end, in money or in customers, or in which start or end is
-- not what the contracts in force on that day add up to.
-- grain: table_name
-- needs: contracts
-- severity: error
-- units: failing count, tested count
with
contract_bridge as (
    select * from analysis.contract_bridge
),
contract_steps as (
    select * from analysis.contract_steps
),
contract_terms as (
    select * from analysis.contract_terms
),
led as (
    select
        period_kind, period,
        sum(case when component = 'start' then amount else 0 end) as amount_start,
        sum(case when component = 'end' then amount else 0 end) as amount_end,
        sum(case when component in ('start', 'end') then 0 else amount end) as change,
        sum(case component
            when 'start' then customers
            when 'new' then customers
            when 'reactivation' then customers
            when 'churn' then -customers
            when 'end' then -customers
            else 0
        end) as customers_over
    from contract_bridge
    group by period_kind, period
),
in_force as (
    select
        steps.period_kind, steps.period_on,
        sum(case when terms.starts_on < steps.starts_on then monthly_value else 0 end)
            as value_start,
        sum(case when terms.active_until >= steps.ends_on then monthly_value else 0 end)
            as value_end
    from contract_steps as steps
    inner join contract_terms as terms
        on terms.starts_on < steps.ends_on
        and terms.active_until >= steps.starts_on
    group by steps.period_kind, steps.period_on
),
final as (
    select
        'contract_bridge' as table_name,
        count(
            case
                when led.amount_start + led.change = led.amount_end
                    and led.customers_over = 0
                    and led.amount_start = coalesce(in_force.value_start, 0)
                    and led.amount_end = coalesce(in_force.value_end, 0) then null
                else 1
            end
        ) as failing,
        count(*) as tested
    from led
    left join in_force
        on led.period_kind = in_force.period_kind
        and led.period = in_force.period_on
)
select * from final
