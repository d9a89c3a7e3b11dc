-- One order that the returns table names and of which no order line is known. What came
-- back of it belongs to nobody.
-- grain: order_id
-- needs: none
with
returns as (
    select * from staging.returns
),
order_lines as (
    select * from staging.order_lines
),
returned_orders as (
    select order_id
    from returns
    group by order_id
),
sold_orders as (
    select order_lines.order_id
    from order_lines
    inner join returned_orders
        on order_lines.order_id = returned_orders.order_id
    group by order_lines.order_id
),
final as (
    select returned_orders.order_id
    from returned_orders
    left join sold_orders
        on returned_orders.order_id = sold_orders.order_id
    where sold_orders.order_id is null
)
select * from final
