-- One customer with a result in the window W or in the window before, and the change of
-- every part of their profit, as its effect on profit: more revenue is above zero, more
-- cost below.
-- grain: customer_id
-- needs: order_lines | contracts | ledger
-- units: revenue money, discounts money, returns money, cogs money
-- units: cost_to_serve money, bad_debt money, allocated_cost money
with
customer_results as (
    select * from core.customer_results
),
signed as (
    select
        customer_id,
        revenue, discounts, returns, cogs,
        cost_to_serve, bad_debt, allocated_cost,
        case when profit_window = 'current' then 1 else -1 end as sign
    from customer_results
    where profit_window in ('current', 'previous')
),
final as (
    select
        customer_id,
        cast(sum(sign * revenue) as decimal(38, 4)) as revenue,
        cast(-sum(sign * discounts) as decimal(38, 4)) as discounts,
        cast(-sum(sign * returns) as decimal(38, 4)) as returns,
        cast(-sum(sign * cogs) as decimal(38, 4)) as cogs,
        cast(-sum(sign * cost_to_serve) as decimal(38, 4)) as cost_to_serve,
        cast(-sum(sign * bad_debt) as decimal(38, 4)) as bad_debt,
        cast(-sum(sign * allocated_cost) as decimal(38, 4)) as allocated_cost
    from signed
    group by customer_id
)
select * from final
