-- The order lines, and how many of them equal another line of their order in every
-- value, where no line number tells them apart. They are counted, not removed: a
-- customer may buy the same thing twice.
-- grain: table_name
-- needs: order_lines
-- severity: warning
-- units: failing count, tested count

with order_lines as (
    select * from staging.order_lines
),
mapped_columns as (
    select * from run.columns
),
line_numbers as (
    select count(*) as mapped
    from mapped_columns
    where table_name = 'order_lines' and column_name = 'line_id'
),
unnumbered as (
    select
        order_lines.order_id, order_lines.customer_id, order_lines.product_id,
        order_lines.ordered_on, order_lines.quantity, order_lines.unit_price,
        order_lines.discount, order_lines.net_amount, order_lines.status
    from order_lines
    cross join line_numbers
    where line_numbers.mapped = 0
),
distinct_lines as (
    select count(*) as copies
    from unnumbered
    group by
        order_id, customer_id, product_id, ordered_on, quantity, unit_price,
        discount, net_amount, status
),
final as (
    select
        'order_lines' as table_name,
        cast(coalesce(sum(distinct_lines.copies - 1), 0) as bigint) as failing,
        cast(coalesce(sum(distinct_lines.copies), 0) as bigint) as tested
    from distinct_lines
)
select * from final
