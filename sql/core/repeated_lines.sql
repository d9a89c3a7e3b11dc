-- One line of an order of which a line was loaded more than once. Of each key the first
-- copy counts, in the order of the mappings of pharos.yaml, then of file and line.
-- Lines without an id all count, for nothing says that they are the same.
-- grain: order_id, line_id
-- needs: none
-- units: discount money, net_amount money, cost money, profit money
with
order_lines as (
    select * from staging.order_lines
),
repeated_orders as (
    select * from core.repeated_orders
),
numbered as (
    select
        order_lines.order_id, order_lines.line_id,
        order_lines.customer_id, order_lines.product_id,
        order_lines.channel, order_lines.status,
        order_lines.quantity, order_lines.unit_price,
        order_lines.discount, order_lines.net_amount,
        order_lines.cost, order_lines.profit,
        order_lines.ordered_on,
        order_lines._source, order_lines._file, order_lines._line,
        row_number() over (
            partition by order_lines.order_id, order_lines.line_id
            order by
                order_lines._mapping nulls last, order_lines._file nulls last,
                order_lines._line nulls last,
                ordered_on nulls last, net_amount nulls last, discount nulls last,
                cost nulls last, profit nulls last, quantity nulls last,
                unit_price nulls last, customer_id nulls last, product_id nulls last,
                channel nulls last, status nulls last
        ) as copy_number
    from order_lines
    inner join repeated_orders
        on order_lines.order_id = repeated_orders.order_id
),
final as (
    select
        order_id, line_id, customer_id, product_id,
        channel, status,
        quantity, unit_price, discount, net_amount, cost, profit,
        ordered_on,
        _source, _file, _line
    from numbered
    where copy_number = 1
        or line_id is null
)
select * from final
