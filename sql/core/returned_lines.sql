-- One order line that is a return by its negative amount, with the cost that it takes
-- back. It belongs to the sale of its order when that has one; a credit note with an
-- order number of its own has none.
-- grain: order_id, line_id
-- needs: none
-- view: yes
-- units: returns money, returned_cost money
-- column: sold_on  the first day of the order, NULL for an order without a sale
with
lines as (
    select * from core.lines
),
sold_orders as (
    select customer_id, order_id, first_on
    from core.orders
    where sale_lines > 0
),
final as (
    select
        lines.order_id, lines.line_id,
        coalesce(lines.customer_id, 'unassigned') as customer_id,
        -lines.net_amount as returns,
        -coalesce(lines.cost, 0) as returned_cost,
        sold_orders.first_on as sold_on,
        lines.ordered_on as returned_on
    from lines
    left join sold_orders
        on lines.customer_id = sold_orders.customer_id
        and lines.order_id = sold_orders.order_id
    where lines.net_amount < 0
        and lines.is_counted
)
select * from final
