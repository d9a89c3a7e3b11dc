-- What one customer brought and cost in a profit window, from one of the places that
-- profit can come from: order lines, returns and contracts, orders of several days, the
-- ledger, and invoices that nobody pays. Only what the window stands on is there.
-- grain: none
-- needs: none
-- view: yes
-- units: orders count, revenue money, discounts money, returns money, cogs money
-- units: cost_to_serve money, bad_debt money, counted_lines count, costed_lines count
with
window_slices as (
    select
        window_slices.profit_window, window_slices.window_kind, window_slices.slice,
        window_sources.sales_from, window_sources.cogs_from,
        window_sources.bad_debt_from
    from core.window_slices as window_slices
    inner join core.window_sources as window_sources
        on window_slices.profit_window = window_sources.profit_window
),
window_sources as (
    select * from core.window_sources
),
line_slices as (
    select * from core.line_slices
),
ledger_slices as (
    select * from core.ledger_slices where customer_id <> 'unassigned'
),
other_results as (
    select * from core.other_results
),
split_order_counts as (
    select * from core.split_order_counts
),
final as (
    select
        window_slices.profit_window, window_slices.window_kind,
        line_slices.customer_id,
        line_slices.orders_of_one_day as orders,
        case when sales_from = 'lines' then line_slices.revenue end as revenue,
        case when sales_from = 'lines' then line_slices.discounts end as discounts,
        case when sales_from = 'lines' then line_slices.returns end as returns,
        case when cogs_from = 'lines' then line_slices.cogs end as cogs,
        cast(null as decimal(38, 4)) as cost_to_serve,
        cast(null as decimal(38, 4)) as bad_debt,
        line_slices.counted_lines, line_slices.costed_lines
    from line_slices
    inner join window_slices
        on line_slices.slice = window_slices.slice
    union all
    select
        window_slices.profit_window, window_slices.window_kind,
        ledger_slices.customer_id,
        null,
        case when sales_from = 'ledger' then ledger_slices.revenue end,
        case when sales_from = 'ledger' then ledger_slices.discount end,
        case when sales_from = 'ledger' then ledger_slices.refund end,
        case when cogs_from = 'ledger' then ledger_slices.cogs end,
        coalesce(ledger_slices.service, 0) + coalesce(ledger_slices.selling, 0)
            + coalesce(ledger_slices.overhead, 0),
        ledger_slices.bad_debt,
        null, null
    from ledger_slices
    inner join window_slices
        on ledger_slices.slice = window_slices.slice
    union all
    select
        other_results.profit_window, window_sources.window_kind,
        other_results.customer_id,
        null,
        case when sales_from = 'lines' then other_results.revenue end,
        null,
        case when sales_from = 'lines' then other_results.returns end,
        case when cogs_from = 'lines' then other_results.cogs end,
        null,
        case when bad_debt_from = 'invoices' then other_results.bad_debt end,
        null, null
    from other_results
    inner join window_sources
        on other_results.profit_window = window_sources.profit_window
    union all
    select
        split_order_counts.profit_window, window_sources.window_kind,
        split_order_counts.customer_id,
        split_order_counts.orders,
        null, null, null, null, null, null, null, null
    from split_order_counts
    inner join window_sources
        on split_order_counts.profit_window = window_sources.profit_window
)
select * from final
