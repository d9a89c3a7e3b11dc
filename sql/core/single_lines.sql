-- One order line before the as-of day, counted once, with the cost that is known for
-- it. That is the line's own, or what its own profit leaves of its amount, or quantity
-- times the product's unit cost of that day; without any of these it is NULL.
-- grain: order_id, line_id
-- needs: none
-- view: yes
-- units: discount money, net_amount money, cost money
with
params as (
    select * from run.params
),
order_lines as (
    select * from staging.order_lines
),
products as (
    select * from staging.products
),
repeated_orders as (
    select * from core.repeated_orders
),
repeated_lines as (
    select * from core.repeated_lines
),
lines_once as (
    select
        order_lines.order_id, order_lines.line_id, order_lines.customer_id,
        order_lines.product_id, order_lines.channel, order_lines.status,
        order_lines.quantity, order_lines.unit_price, order_lines.discount,
        order_lines.net_amount, order_lines.cost, order_lines.profit,
        order_lines.ordered_on,
        order_lines._source, order_lines._file, order_lines._line
    from order_lines
    left join repeated_orders
        on order_lines.order_id = repeated_orders.order_id
    where repeated_orders.order_id is null
    union all
    select
        order_id, line_id, customer_id, product_id, channel, status, quantity,
        unit_price, discount, net_amount, cost, profit, ordered_on,
        _source, _file, _line
    from repeated_lines
),
final as (
    select
        lines_once.order_id, lines_once.line_id,
        lines_once.customer_id, lines_once.product_id,
        lines_once.channel, lines_once.status,
        lines_once.quantity, lines_once.unit_price,
        coalesce(lines_once.discount, cast(0 as decimal(18, 4))) as discount,
        lines_once.net_amount,
        coalesce(
            lines_once.cost,
            lines_once.net_amount - lines_once.profit,
            case
                -- goods that came back and are lost bring no cost back
                when lines_once.net_amount < 0 and params.returned_goods = 'lost'
                    then cast(0 * products.unit_cost as decimal(18, 4))
                else cast(
                    cast(lines_once.quantity as decimal(38, 6)) * products.unit_cost
                    as decimal(18, 4)
                )
            end
        ) as cost,
        lines_once.ordered_on,
        lines_once._source, lines_once._file, lines_once._line
    from lines_once
    cross join params
    left join products
        on lines_once.product_id = products.product_id
        and lines_once.ordered_on >= products.valid_from
        and (products.valid_to is null or lines_once.ordered_on < products.valid_to)
    where lines_once.ordered_on < params.as_of
)
select * from final
