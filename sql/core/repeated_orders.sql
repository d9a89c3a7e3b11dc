-- One order of which a line was loaded more than once, by the key of the line. Empty,
-- and not looked for, unless the load found repeated keys of order lines.
-- grain: order_id
-- needs: none
with
order_lines as (
    select * from raw.order_lines
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
repeated_keys as (
    select order_lines.order_id, order_lines.line_id
    from order_lines
    cross join occasion
    where order_lines.line_id is not null
    group by order_lines.order_id, order_lines.line_id
    having count(*) > 1
),
final as (
    select order_id
    from repeated_keys
    group by order_id
)
select * from final
