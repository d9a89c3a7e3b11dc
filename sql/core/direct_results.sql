-- One customer in a profit window that is shown in full, before shared cost is
-- allocated. The windows of the history are in core.direct_history, with less to
-- remember.
-- grain: profit_window, customer_id
-- needs: none
-- units: orders count, revenue money, discounts money, returns money, cogs money
-- units: cost_to_serve money, bad_debt money, net_revenue money, profit money
with
window_sums as (
    select * from core.window_sums
),
final as (
    select
        profit_window, customer_id, basis, orders,
        revenue, discounts, returns, cogs, cost_to_serve, bad_debt,
        net_revenue, profit
    from window_sums
    where window_kind <> 'history'
)
select * from final
