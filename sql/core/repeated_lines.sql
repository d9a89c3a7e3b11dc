-- One order line whose key was loaded more than once: the copy that counts, by the
-- order of the mappings in pharos.yaml, then by file and line.
-- grain: order_id, line_id
-- needs: none
-- units: discount money, net_amount money, cost money, profit money
with
order_lines as (
    select * from staging.order_lines
),
repeated_keys as (
    select * from core.repeated_keys
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
        row_number() over (
            partition by order_lines.order_id, order_lines.line_id
            order by
                _mapping nulls last, _file nulls last, _line nulls last,
                ordered_on nulls last, net_amount nulls last, discount nulls last,
                cost nulls last, profit nulls last, quantity nulls last,
                unit_price nulls last, customer_id nulls last, product_id nulls last,
                channel nulls last, status nulls last
        ) as copy_number
    from order_lines
    inner join repeated_keys
        on order_lines.order_id = repeated_keys.order_id
        and order_lines.line_id = repeated_keys.line_id
),
final as (
    select
        order_id, line_id, customer_id, product_id,
        channel, status,
        quantity, unit_price, discount, net_amount, cost, profit,
        ordered_on
    from numbered
    where copy_number = 1
)
select * from final
