-- One customer in a profit window of the history, before shared cost is allocated: net
-- revenue, profit and orders.
-- grain: profit_window, customer_id
-- needs: none
-- units: orders count, net_revenue money, profit money
with
window_sums as (
    select * from core.window_sums
),
final as (
    select
        profit_window, customer_id, orders,
        net_revenue, profit
    from window_sums
    where window_kind = 'history'
)
select * from final
