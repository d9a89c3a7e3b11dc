-- One customer in a profit window with orders of several days, and how many of these
-- orders have a sale line in the window.
-- grain: profit_window, customer_id
-- needs: none
-- view: yes
-- units: orders count
with
profit_windows as (
    select * from core.profit_windows
),
split_orders as (
    select * from core.split_orders
),
final as (
    select
        profit_windows.profit_window, split_orders.customer_id,
        count(distinct split_orders.order_id) as orders
    from split_orders
    inner join profit_windows
        on split_orders.ordered_on >= profit_windows.starts_on
        and split_orders.ordered_on < profit_windows.ends_on
    where split_orders.sale_lines > 0
    group by profit_windows.profit_window, split_orders.customer_id
)
select * from final
