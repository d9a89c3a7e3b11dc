-- The order lines, and how many of them equal another line in every value, where no
-- line number tells them apart. They are counted, not removed: a customer may buy the
-- same thing twice.
-- grain: table_name
-- needs: order_lines
-- severity: warning
-- units: failing count, tested count

with order_lines as (
    select * from raw.order_lines
),
similar_lines as (
    select * from publish.similar_lines
),
line_figures as (
    select * from publish.line_figures
),
copies as (
    select count(*) as copies
    from order_lines
    inner join similar_lines
        on order_lines.ordered_at = similar_lines.ordered_at
        and order_lines.net_amount = similar_lines.net_amount
        and coalesce(order_lines.product_id, 'none') = similar_lines.product_id
    group by
        order_lines.order_id, order_lines.customer_id, order_lines.product_id,
        order_lines.ordered_at, order_lines.quantity, order_lines.unit_price,
        order_lines.discount, order_lines.net_amount, order_lines.cost,
        order_lines.profit, order_lines.currency, order_lines.channel,
        order_lines.status
),
repeated as (
    select sum(copies - 1) as lines
    from copies
),
final as (
    select
        'order_lines' as table_name,
        cast(coalesce(repeated.lines, 0) as bigint) as failing,
        line_figures.lines as tested
    from repeated
    cross join line_figures
)
select * from final
