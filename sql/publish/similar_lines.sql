-- A moment, an amount and a product that more than one order line has, where no line
-- number tells lines apart: the few lines that the check for exact duplicates compares
-- in full. Empty, and not looked for, when line numbers are mapped.
-- grain: ordered_at, net_amount, product_id
-- needs: none
-- units: lines count

with order_lines as (
    select * from raw.order_lines
),
mapped_columns as (
    select * from run.columns
),
no_line_numbers as (
    select count(*) as mapped
    from mapped_columns
    where table_name = 'order_lines' and column_name = 'line_id'
    having count(*) = 0
),
final as (
    select
        order_lines.ordered_at,
        order_lines.net_amount,
        coalesce(order_lines.product_id, 'none') as product_id,
        count(*) as lines
    from order_lines
    cross join no_line_numbers
    group by
        order_lines.ordered_at, order_lines.net_amount,
        coalesce(order_lines.product_id, 'none')
    having count(*) > 1
)
select * from final
