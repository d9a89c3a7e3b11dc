-- One customer with an order line in a profit window, and what their lines brought and
-- cost.
-- grain: profit_window, customer_id
-- needs: none
-- view: yes
-- units: orders_of_one_day count, revenue money, discounts money, returns money
-- units: cogs money, counted_lines count, costed_lines count
with
profit_windows as (
    select * from core.profit_windows
),
order_days as (
    select * from core.order_days
),
final as (
    select
        profit_windows.profit_window, order_days.customer_id,
        count(
            case when order_days.sale_lines > 0 and not order_days.is_split then 1 end
        ) as orders_of_one_day,
        sum(order_days.revenue) as revenue, sum(order_days.discounts) as discounts,
        sum(order_days.returns) as returns, sum(order_days.cogs) as cogs,
        sum(order_days.counted_lines) as counted_lines,
        sum(order_days.costed_lines) as costed_lines
    from order_days
    inner join profit_windows
        on order_days.ordered_on >= profit_windows.starts_on
        and order_days.ordered_on < profit_windows.ends_on
    group by profit_windows.profit_window, order_days.customer_id
)
select * from final
