-- A customer in a stretch of time, with the monthly value of their contracts in force
-- on the last day before it and on its last day, and what became of it. Who has none
-- on both days has no row: a contract that began and ended in between is seen in
-- shorter stretches only, and so is a customer who left and came back in between.
-- Contracts of one customer that overlap are all in force: their values add up. A
-- difference that rounding the value of each contract can make is none.
-- grain: period_kind, period_on, customer_id
-- needs: none
-- units: value_start money, value_end money
-- units: contracts_start count, contracts_end count
-- column: movement  new, reactivated (had a contract before, none at the start),
--   expanded, contracted, kept or churned
with
contract_steps as (
    select * from analysis.contract_steps
),
contract_terms as (
    select
        customer_id, starts_on, active_until, monthly_value,
        min(starts_on) over (partition by customer_id) as first_starts_on
    from analysis.contract_terms
    where monthly_value > 0
),
meetings as (
    select
        steps.period_kind, steps.period_on, contract_terms.customer_id,
        contract_terms.monthly_value,
        contract_terms.first_starts_on < steps.starts_on as is_known,
        contract_terms.starts_on < steps.starts_on as is_in_start,
        contract_terms.active_until >= steps.ends_on as is_in_end
    from contract_steps as steps
    inner join contract_terms
        on contract_terms.starts_on < steps.ends_on
        and contract_terms.active_until >= steps.starts_on
),
sums as (
    select
        period_kind, period_on, customer_id,
        max(case when is_known then 1 else 0 end) as is_known,
        coalesce(sum(case when is_in_start then monthly_value end), 0) as value_start,
        coalesce(sum(case when is_in_end then monthly_value end), 0) as value_end,
        count(case when is_in_start then 1 end) as contracts_start,
        count(case when is_in_end then 1 end) as contracts_end
    from meetings
    group by period_kind, period_on, customer_id
),
final as (
    select
        period_kind, period_on, customer_id,
        case
            when value_start = 0 and is_known = 1 then 'reactivated'
            when value_start = 0 then 'new'
            when value_end = 0 then 'churned'
            when 20000 * abs(value_end - value_start) <= contracts_start + contracts_end
                then 'kept'
            when value_end > value_start then 'expanded'
            else 'contracted'
        end as movement,
        cast(value_start as decimal(38, 4)) as value_start,
        cast(value_end as decimal(38, 4)) as value_end,
        contracts_start, contracts_end
    from sums
    where value_start > 0 or value_end > 0
)
select * from final
