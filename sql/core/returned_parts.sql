-- One part of an order that the returns table names, either a line that has a return of
-- its own, or the rest of the order. It belongs to the customer of its lines; an order
-- has one customer.
-- grain: order_id, part
-- needs: none
-- units: net_amount money, cost money
-- column: part  the line's id, or `rest of the order`
with
lines as (
    select * from core.lines
),
returns as (
    select * from staging.returns
),
returned_orders as (
    select order_id
    from returns
    group by order_id
),
sold_lines as (
    select
        lines.order_id, lines.line_id, lines.customer_id,
        lines.net_amount, lines.cost,
        lines.ordered_on
    from lines
    inner join returned_orders
        on lines.order_id = returned_orders.order_id
    where lines.is_counted
),
returned_lines as (
    select order_id, line_id
    from returns
    where line_id is not null
    group by order_id, line_id
),
parted as (
    select
        sold_lines.order_id,
        coalesce(returned_lines.line_id, 'rest of the order') as part,
        sold_lines.customer_id,
        sold_lines.net_amount, sold_lines.cost,
        sold_lines.ordered_on
    from sold_lines
    left join returned_lines
        on sold_lines.order_id = returned_lines.order_id
        and sold_lines.line_id = returned_lines.line_id
),
final as (
    select
        order_id, part,
        coalesce(min(customer_id), 'unassigned') as customer_id,
        cast(sum(net_amount) as decimal(38, 4)) as net_amount,
        cast(coalesce(sum(cost), 0) as decimal(38, 4)) as cost,
        max(ordered_on) as last_ordered_on
    from parted
    group by order_id, part
)
select * from final
