-- One customer in a profit window of the history: what core.customer_results is for the
-- other windows, with net revenue and profit only.
-- grain: profit_window, customer_id
-- needs: none
-- units: net_revenue money, profit money
with
direct_history as (
    select * from core.direct_history
),
allocated_costs as (
    select * from core.allocated_costs
),
profit_windows as (
    select profit_window from core.profit_windows where kind = 'history'
),
shares as (
    select
        allocated_costs.profit_window, allocated_costs.customer_id,
        allocated_costs.allocated_cost
    from allocated_costs
    inner join profit_windows
        on allocated_costs.profit_window = profit_windows.profit_window
),
final as (
    select
        coalesce(direct_history.profit_window, shares.profit_window) as profit_window,
        coalesce(direct_history.customer_id, shares.customer_id) as customer_id,
        coalesce(direct_history.net_revenue, 0) as net_revenue,
        cast(
            coalesce(direct_history.profit, 0) - coalesce(shares.allocated_cost, 0)
            as decimal(38, 4)
        ) as profit
    from direct_history
    full join shares
        on direct_history.profit_window = shares.profit_window
        and direct_history.customer_id = shares.customer_id
)
select * from final
