-- One customer with any order line, return or running contract in a profit window, and
-- what they brought and cost in it. Every figure about a customer's profit, of this
-- year and of the year before, stands on this one definition: revenue less discounts,
-- returns and cost.
-- grain: profit_window, customer_id
-- needs: none
-- units: orders count, revenue money, discounts money, returns money, cogs money
-- units: cost_to_serve money, bad_debt money, allocated_cost money
-- units: net_revenue money, profit money
-- column: orders  orders with a sale line, each once; a cancellation is no order
-- column: basis  margin when every line has a cost, partial when some have, else
--   revenue
with
line_results as (
    select * from core.line_results
),
split_order_counts as (
    select * from core.split_order_counts
),
other_results as (
    select * from core.other_results
),
joined as (
    select
        coalesce(line_results.profit_window, other_results.profit_window)
            as profit_window,
        coalesce(line_results.customer_id, other_results.customer_id) as customer_id,
        coalesce(line_results.orders_of_one_day, 0)
            + coalesce(split_order_counts.orders, 0) as orders,
        coalesce(line_results.revenue, 0) + coalesce(other_results.revenue, 0)
            as revenue,
        coalesce(line_results.discounts, 0) as discounts,
        coalesce(line_results.returns, 0) + coalesce(other_results.returns, 0)
            as returns,
        coalesce(line_results.cogs, 0) + coalesce(other_results.cogs, 0) as cogs,
        coalesce(line_results.counted_lines, 0) as counted_lines,
        coalesce(line_results.costed_lines, 0) as costed_lines
    from line_results
    full join other_results
        on line_results.profit_window = other_results.profit_window
        and line_results.customer_id = other_results.customer_id
    left join split_order_counts
        on line_results.profit_window = split_order_counts.profit_window
        and line_results.customer_id = split_order_counts.customer_id
),
final as (
    select
        profit_window, customer_id,
        case
            when costed_lines = 0 and cogs = 0 then 'revenue'
            when costed_lines = counted_lines then 'margin'
            else 'partial'
        end as basis,
        cast(orders as bigint) as orders,
        cast(revenue as decimal(38, 4)) as revenue,
        cast(discounts as decimal(38, 4)) as discounts,
        cast(returns as decimal(38, 4)) as returns,
        cast(cogs as decimal(38, 4)) as cogs,
        cast(0 as decimal(38, 4)) as cost_to_serve,
        cast(0 as decimal(38, 4)) as bad_debt,
        cast(0 as decimal(38, 4)) as allocated_cost,
        cast(revenue - discounts - returns as decimal(38, 4)) as net_revenue,
        cast(revenue - discounts - returns - cogs as decimal(38, 4)) as profit
    from joined
)
select * from final
