-- One customer whose figures of a closed period are no longer what they were when the
-- period was closed: what was said first, what is counted now, and the change. Restated
-- is always a comparison with a closing, never with an earlier run.
-- grain: period, customer_id
-- needs: order_lines | contracts | ledger
-- mart: yes
-- units: profit_first money, profit_now money, profit_change money
-- units: revenue_first money, revenue_now money, revenue_change money
-- units: discounts_first money, discounts_now money, discounts_change money
-- units: returns_first money, returns_now money, returns_change money
-- units: cogs_first money, cogs_now money, cogs_change money
-- units: cost_to_serve_first money, cost_to_serve_now money
-- units: cost_to_serve_change money, bad_debt_first money, bad_debt_now money
-- units: bad_debt_change money, allocated_cost_first money
-- units: allocated_cost_now money, allocated_cost_change money
-- column: period  the closed period, as it was named
-- column: customer_id  the customer's id
-- column: profit_first  profit when the period was closed; so for every figure
-- column: profit_now  profit of the same period from what is known now
-- column: profit_change  now less first
with
restated_results as (
    select * from core.restated_results
),
final as (
    select
        cast(period as varchar) as period,
        cast(customer_id as varchar) as customer_id,
        cast(profit_first as decimal(38, 4)) as profit_first,
        cast(profit_now as decimal(38, 4)) as profit_now,
        cast(profit_now - profit_first as decimal(38, 4)) as profit_change,
        cast(revenue_first as decimal(38, 4)) as revenue_first,
        cast(revenue_now as decimal(38, 4)) as revenue_now,
        cast(revenue_now - revenue_first as decimal(38, 4)) as revenue_change,
        cast(discounts_first as decimal(38, 4)) as discounts_first,
        cast(discounts_now as decimal(38, 4)) as discounts_now,
        cast(discounts_now - discounts_first as decimal(38, 4)) as discounts_change,
        cast(returns_first as decimal(38, 4)) as returns_first,
        cast(returns_now as decimal(38, 4)) as returns_now,
        cast(returns_now - returns_first as decimal(38, 4)) as returns_change,
        cast(cogs_first as decimal(38, 4)) as cogs_first,
        cast(cogs_now as decimal(38, 4)) as cogs_now,
        cast(cogs_now - cogs_first as decimal(38, 4)) as cogs_change,
        cast(cost_to_serve_first as decimal(38, 4)) as cost_to_serve_first,
        cast(cost_to_serve_now as decimal(38, 4)) as cost_to_serve_now,
        cast(cost_to_serve_now - cost_to_serve_first as decimal(38, 4))
            as cost_to_serve_change,
        cast(bad_debt_first as decimal(38, 4)) as bad_debt_first,
        cast(bad_debt_now as decimal(38, 4)) as bad_debt_now,
        cast(bad_debt_now - bad_debt_first as decimal(38, 4)) as bad_debt_change,
        cast(allocated_cost_first as decimal(38, 4)) as allocated_cost_first,
        cast(allocated_cost_now as decimal(38, 4)) as allocated_cost_now,
        cast(allocated_cost_now - allocated_cost_first as decimal(38, 4))
            as allocated_cost_change
    from restated_results
    where revenue_now <> revenue_first
        or discounts_now <> discounts_first
        or returns_now <> returns_first
        or cogs_now <> cogs_first
        or cost_to_serve_now <> cost_to_serve_first
        or bad_debt_now <> bad_debt_first
        or allocated_cost_now <> allocated_cost_first
        or profit_now <> profit_first
)
select * from final
