-- One customer with an order in the window W, and how many: orders with a sale line,
-- each once, also when it spans midnight. A cancellation is no order.
-- grain: customer_id
-- needs: none
-- units: orders count
with
params as (
    select * from run.params
),
order_days as (
    select * from core.order_days
),
final as (
    select
        order_days.customer_id,
        count(distinct order_days.order_id) as orders
    from order_days
    cross join params
    where order_days.ordered_on >= params.window_start
        and order_days.sale_lines > 0
    group by order_days.customer_id
)
select * from final
