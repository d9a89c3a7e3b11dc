-- One key of an order line, order and line, that was loaded more than once. Empty, and
-- not looked for, unless the load found repeated keys of order lines.
-- grain: order_id, line_id
-- needs: none
-- units: copies count
with
order_lines as (
    select * from staging.order_lines
),
duplicate_keys as (
    select * from raw.duplicate_keys
),
occasion as (
    select table_name
    from duplicate_keys
    where table_name = 'order_lines'
    group by table_name
),
final as (
    select
        order_lines.order_id, order_lines.line_id,
        count(*) as copies
    from order_lines
    cross join occasion
    where order_lines.line_id is not null
    group by order_lines.order_id, order_lines.line_id
    having count(*) > 1
)
select * from final
