-- One customer with anything in a profit window, and what they brought and cost in it
-- directly, before shared cost is allocated. Profit is revenue less discounts, returns,
-- cost of goods, cost to serve and bad debt.
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
        coalesce(sum(orders), 0) as orders,
        coalesce(sum(revenue), 0) as revenue,
        coalesce(sum(discounts), 0) as discounts,
        coalesce(sum(returns), 0) as returns,
        coalesce(sum(cogs), 0) as cogs,
        coalesce(sum(cost_to_serve), 0) as cost_to_serve,
        coalesce(sum(bad_debt), 0) as bad_debt,
        coalesce(sum(counted_lines), 0) as counted_lines,
        coalesce(sum(costed_lines), 0) as costed_lines
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
        cast(summed.orders as bigint) as orders,
        cast(summed.revenue as decimal(38, 4)) as revenue,
        cast(summed.discounts as decimal(38, 4)) as discounts,
        cast(summed.returns as decimal(38, 4)) as returns,
        cast(summed.cogs as decimal(38, 4)) as cogs,
        cast(summed.cost_to_serve as decimal(38, 4)) as cost_to_serve,
        cast(summed.bad_debt as decimal(38, 4)) as bad_debt,
        cast(summed.revenue - summed.discounts - summed.returns as decimal(38, 4))
            as net_revenue,
        cast(
            summed.revenue - summed.discounts - summed.returns - summed.cogs
            - summed.cost_to_serve - summed.bad_debt as decimal(38, 4)
        ) as profit
    from summed
    inner join window_sources
        on summed.profit_window = window_sources.profit_window
)
select * from final
