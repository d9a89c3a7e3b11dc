-- One part of a customer's figures that an order line brings, revenue, discounts,
-- returns or the cost of goods, and where the line was loaded from. A part that the
-- line does not touch has no row.
-- grain: order_id, line_id, part
-- needs: none
-- view: yes
-- units: amount money
-- column: entry_key  the order's id and, where the line has one, the line's
with
line_values as (
    select * from core.line_values
),
parts as (
    select 'revenue' as part
    union all
    select 'discounts' as part
    union all
    select 'returns' as part
    union all
    select 'cogs' as part
),
valued as (
    select
        line_values.customer_id, line_values.order_id, line_values.line_id,
        parts.part,
        case
            when line_values.line_id is null then line_values.order_id
            else line_values.order_id || '/' || line_values.line_id
        end as entry_key,
        cast(
            case parts.part
                when 'revenue'
                    then coalesce(line_values.net_sales, 0)
                        + coalesce(line_values.discounts, 0)
                when 'discounts' then coalesce(line_values.discounts, 0)
                when 'returns' then -coalesce(line_values.net_returns, 0)
                else coalesce(line_values.cogs, 0)
            end as decimal(38, 4)
        ) as amount,
        line_values.ordered_on,
        line_values._source, line_values._file, line_values._line
    from line_values
    cross join parts
),
final as (
    select
        customer_id, order_id, line_id, part, entry_key,
        amount,
        ordered_on,
        _source, _file, _line
    from valued
    where amount <> 0
)
select * from final
