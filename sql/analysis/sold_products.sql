-- One product in one order, on however many sale lines (core.lines) it stands. Orders
-- of nobody are orders of customer number 0.
-- grain: customer_no, order_id, product_no
-- needs: order_lines
-- column: ordered_on  the day of its first line
with
lines as (
    select customer_id, order_id, product_id, is_sale, ordered_on from core.lines
),
product_numbers as (
    select * from analysis.product_numbers
),
customer_numbers as (
    select * from analysis.customer_numbers
),
final as (
    select
        coalesce(customer_numbers.customer_no, 0) as customer_no,
        lines.order_id,
        product_numbers.product_no,
        min(lines.ordered_on) as ordered_on
    from lines
    inner join product_numbers
        on lines.product_id = product_numbers.product_id
    left join customer_numbers
        on lines.customer_id = customer_numbers.customer_id
    where lines.is_sale
    group by
        coalesce(customer_numbers.customer_no, 0),
        lines.order_id,
        product_numbers.product_no
)
select * from final
