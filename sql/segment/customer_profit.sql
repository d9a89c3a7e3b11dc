-- One customer with any order line, return or running contract in the window, and the
-- profit they brought: revenue less discounts, returns, cost of goods, cost to serve,
-- bad debt and allocated cost. The last three come from a ledger and are zero without
-- one.
-- grain: customer_id
-- needs: order_lines | contracts | ledger
-- mart: yes
-- units: orders count, revenue money, returns money, discounts money, cogs money
-- units: cost_to_serve money, bad_debt money, allocated_cost money, profit money
-- column: customer_id  the customer's id
-- column: orders  orders with a sale line; a cancellation is no order
-- column: revenue  what was sold, before discounts and returns
-- column: returns  negative lines and the returns table, as a positive amount
-- column: discounts  what was taken off the price of the lines sold
-- column: cogs  cost of goods, less the cost of goods that came back
-- column: cost_to_serve  service and selling cost of the customer
-- column: bad_debt  what the customer did not pay
-- column: allocated_cost  the customer's share of common cost
-- column: profit  what is left
-- column: basis  ledger, margin (every line has a cost), partial (some have), revenue
--   (none)
with
customer_results as (
    select * from core.customer_results where profit_window = 'current'
),
final as (
    select
        cast(customer_id as varchar) as customer_id,
        cast(orders as bigint) as orders,
        cast(revenue as decimal(38, 4)) as revenue,
        cast(returns as decimal(38, 4)) as returns,
        cast(discounts as decimal(38, 4)) as discounts,
        cast(cogs as decimal(38, 4)) as cogs,
        cast(cost_to_serve as decimal(38, 4)) as cost_to_serve,
        cast(bad_debt as decimal(38, 4)) as bad_debt,
        cast(allocated_cost as decimal(38, 4)) as allocated_cost,
        cast(profit as decimal(38, 4)) as profit,
        cast(basis as varchar) as basis
    from customer_results
)
select * from final
