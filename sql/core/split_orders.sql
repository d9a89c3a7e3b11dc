-- One day of an order that has lines of several days, for example one that spans
-- midnight.
-- grain: customer_id, order_id, ordered_on
-- needs: none
-- units: net_sales money, discounts money, net_returns money, cogs money
-- units: sale_lines count, counted_lines count, costed_lines count
with
line_values as (
    select * from core.line_values
),
orders as (
    select customer_id, order_id
    from core.orders
    where first_on < last_on
),
final as (
    select
        line_values.customer_id, line_values.order_id,
        sum(line_values.net_sales) as net_sales,
        sum(line_values.discounts) as discounts,
        sum(line_values.net_returns) as net_returns,
        sum(line_values.cogs) as cogs,
        count(line_values.sale_line) as sale_lines,
        count(line_values.counted_line) as counted_lines,
        count(line_values.costed_line) as costed_lines,
        line_values.ordered_on
    from line_values
    inner join orders
        on line_values.customer_id = orders.customer_id
        and line_values.order_id = orders.order_id
    group by line_values.customer_id, line_values.order_id, line_values.ordered_on
)
select * from final
