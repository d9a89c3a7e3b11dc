-- One customer with anything in a profit window, and what they brought and cost in it
-- directly, before shared cost is allocated.
-- grain: profit_window, customer_id
-- needs: none
-- view: yes
-- units: orders count, revenue money, discounts money, returns money, cogs money
-- units: cost_to_serve money, bad_debt money, net_revenue money, profit money
-- column: orders  orders with a sale line, each once; a cancellation is no order
-- column: basis  ledger, or of the order lines margin when every line has a cost,
--   partial when some have, else revenue
with
window_entries as (
    select * from core.window_entries
),
window_sources as (
    select * from core.window_sources
),
summed as (
    select
        profit_window, window_kind, customer_id,
        cast(sum(orders) as bigint) as orders,
        cast(sum(revenue) as decimal(38, 4)) as revenue,
        cast(sum(discounts) as decimal(38, 4)) as discounts,
        cast(sum(returns) as decimal(38, 4)) as returns,
        cast(sum(cogs) as decimal(38, 4)) as cogs,
        cast(sum(cost_to_serve) as decimal(38, 4)) as cost_to_serve,
        cast(sum(bad_debt) as decimal(38, 4)) as bad_debt,
        cast(sum(net_revenue) as decimal(38, 4)) as net_revenue,
        cast(sum(profit) as decimal(38, 4)) as profit,
        sum(counted_lines) as counted_lines,
        sum(costed_lines) as costed_lines
    from window_entries
    group by profit_window, window_kind, customer_id
),
final as (
    select
        summed.profit_window, summed.window_kind, summed.customer_id,
        case
            when window_sources.sales_from = 'ledger' then 'ledger'
            when summed.costed_lines = 0 and summed.cogs = 0 then 'revenue'
            when window_sources.cogs_from = 'ledger' then 'margin'
            when summed.costed_lines = summed.counted_lines then 'margin'
            else 'partial'
        end as basis,
        summed.orders,
        summed.revenue, summed.discounts, summed.returns, summed.cogs,
        summed.cost_to_serve, summed.bad_debt,
        summed.net_revenue, summed.profit
    from summed
    inner join window_sources
        on summed.profit_window = window_sources.profit_window
)
select * from final
