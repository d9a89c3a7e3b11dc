-- One contract whose amount is revenue by the day: the contracts of customers who have
-- no order line before the as-of day. A contract ends when it was cancelled, if that is
-- earlier. The amount of a term without an end is revenue on the first day.
-- grain: contract_id
-- needs: none
-- units: amount money, term_days days
-- column: accrues_until  the first day that brings no revenue, NULL while it is open
with
contracts as (
    select * from staging.contracts
),
order_days as (
    select * from core.order_days
),
contract_customers as (
    select customer_id
    from contracts
    group by customer_id
),
line_customers as (
    select order_days.customer_id
    from order_days
    inner join contract_customers
        on order_days.customer_id = contract_customers.customer_id
    group by order_days.customer_id
),
bounded as (
    select
        contracts.contract_id, contracts.customer_id,
        case
            when contracts.period in ('month', 'year') then contracts.period
            else 'term'
        end as period,
        contracts.amount,
        contracts.starts_on,
        case
            when contracts.period in ('month', 'year') then contracts.ends_on
            else coalesce(
                contracts.ends_on, cast(contracts.starts_on + interval '1' day as date)
            )
        end as ends_on,
        contracts.cancelled_on
    from contracts
    left join line_customers
        on contracts.customer_id = line_customers.customer_id
    where line_customers.customer_id is null
),
final as (
    select
        contract_id, customer_id,
        period,
        amount,
        date_diff('day', starts_on, ends_on) as term_days,
        starts_on,
        case
            when cancelled_on < ends_on then cancelled_on
            else coalesce(ends_on, cancelled_on)
        end as accrues_until
    from bounded
)
select * from final
