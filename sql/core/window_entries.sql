-- What one customer brought and cost in a profit window, from one of the places that
-- profit can come from: order lines and the ledger by slices of time, returns,
-- contracts and unpaid invoices, and orders of several days. Only what the window
-- stands on is there. Profit is revenue less discounts, returns, cost of goods, cost to
-- serve and bad debt.
-- grain: none
-- needs: none
-- view: yes
-- units: orders count, revenue money, discounts money, returns money, cogs money
-- units: cost_to_serve money, bad_debt money, net_revenue money, profit money
-- units: counted_lines count, costed_lines count
with
window_slices as (
    select * from core.window_slices
),
window_sources as (
    select * from core.window_sources
),
customer_slices as (
    select * from core.customer_slices
),
other_results as (
    select * from core.other_results
),
split_order_counts as (
    select * from core.split_order_counts
),
sliced as (
    select
        window_slices.profit_window, window_slices.window_kind,
        slices.customer_id, slices.orders,
        case when sales_from = 'ledger' then ledger_revenue else revenue end as revenue,
        case when sales_from = 'ledger' then ledger_discounts else discounts end
            as discounts,
        case when sales_from = 'ledger' then ledger_returns else returns end as returns,
        case when cogs_from = 'ledger' then ledger_cogs else cogs end as cogs,
        slices.ledger_costs as cost_to_serve, slices.ledger_bad_debt as bad_debt,
        slices.counted_lines, slices.costed_lines
    from customer_slices as slices
    inner join window_slices
        on slices.slice = window_slices.slice
    inner join window_sources
        on window_slices.profit_window = window_sources.profit_window
),
others as (
    select
        other_results.profit_window, window_sources.window_kind,
        other_results.customer_id, 0 as orders,
        case when sales_from = 'lines' then revenue else 0 end as revenue,
        cast(0 as decimal(38, 4)) as discounts,
        case when sales_from = 'lines' then returns else 0 end as returns,
        case when cogs_from = 'lines' then cogs else 0 end as cogs,
        cast(0 as decimal(38, 4)) as cost_to_serve,
        case when bad_debt_from = 'invoices' then bad_debt else 0 end as bad_debt,
        0 as counted_lines, 0 as costed_lines
    from other_results
    inner join window_sources
        on other_results.profit_window = window_sources.profit_window
),
split_orders as (
    select
        split_order_counts.profit_window, window_sources.window_kind,
        split_order_counts.customer_id, split_order_counts.orders,
        0, 0, 0, 0, 0, 0, 0, 0
    from split_order_counts
    inner join window_sources
        on split_order_counts.profit_window = window_sources.profit_window
),
entries as (
    select * from sliced
    union all
    select * from others
    union all
    select * from split_orders
),
final as (
    select
        profit_window, window_kind, customer_id, orders,
        revenue, discounts, returns, cogs, cost_to_serve, bad_debt,
        revenue - discounts - returns as net_revenue,
        revenue - discounts - returns - cogs - cost_to_serve - bad_debt as profit,
        counted_lines, costed_lines
    from entries
)
select * from final
