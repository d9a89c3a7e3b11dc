-- One customer with any order line, return, running contract, ledger entry or share of
-- common cost in a profit window, and what they brought and cost in it. Every figure
-- about a customer's profit stands on this one definition: revenue less discounts,
-- returns, cost of goods, cost to serve, bad debt and allocated cost. The windows of
-- the history are in core.history_results.
-- grain: profit_window, customer_id
-- needs: none
-- units: orders count, revenue money, discounts money, returns money, cogs money
-- units: cost_to_serve money, bad_debt money, allocated_cost money
-- units: net_revenue money, profit money
-- column: basis  ledger, margin, partial or revenue
with
direct_results as (
    select * from core.direct_results
),
allocated_costs as (
    select * from core.allocated_costs
),
window_sources as (
    select * from core.window_sources where window_kind <> 'history'
),
shares as (
    select
        allocated_costs.profit_window, allocated_costs.customer_id,
        allocated_costs.allocated_cost,
        case when window_sources.sales_from = 'ledger' then 'ledger' else 'revenue' end
            as basis
    from allocated_costs
    inner join window_sources
        on allocated_costs.profit_window = window_sources.profit_window
),
final as (
    select
        coalesce(direct_results.profit_window, shares.profit_window) as profit_window,
        coalesce(direct_results.customer_id, shares.customer_id) as customer_id,
        coalesce(direct_results.basis, shares.basis) as basis,
        coalesce(direct_results.orders, 0) as orders,
        coalesce(direct_results.revenue, 0) as revenue,
        coalesce(direct_results.discounts, 0) as discounts,
        coalesce(direct_results.returns, 0) as returns,
        coalesce(direct_results.cogs, 0) as cogs,
        coalesce(direct_results.cost_to_serve, 0) as cost_to_serve,
        coalesce(direct_results.bad_debt, 0) as bad_debt,
        coalesce(shares.allocated_cost, 0) as allocated_cost,
        coalesce(direct_results.net_revenue, 0) as net_revenue,
        cast(
            coalesce(direct_results.profit, 0) - coalesce(shares.allocated_cost, 0)
            as decimal(38, 4)
        ) as profit
    from direct_results
    full join shares
        on direct_results.profit_window = shares.profit_window
        and direct_results.customer_id = shares.customer_id
)
select * from final
