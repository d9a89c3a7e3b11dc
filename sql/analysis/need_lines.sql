-- One counted sale line of a customer in a window of the report, and its price per
-- unit. Net money is after discounts and before returns. A line without a positive
-- quantity has no price.
-- grain: profit_window, order_id, line_id
-- needs: none
-- view: yes
-- units: net_money money, price money
-- column: product_id  the product; none where the line names none
with
lines as (
    select * from core.lines
),
need_days as (
    select * from analysis.need_days
),
final as (
    select
        need_days.profit_window, lines.order_id, lines.line_id,
        lines.customer_id,
        coalesce(lines.product_id, 'none') as product_id,
        coalesce(lines.channel, 'unknown') as channel,
        lines.net_amount as net_money,
        case
            when lines.quantity > 0
                then cast(
                    round(
                        cast(lines.net_amount as double)
                        / nullif(cast(lines.quantity as double), 0),
                        6
                    ) as decimal(38, 6)
                )
        end as price,
        lines.ordered_on,
        lines._source, lines._file, lines._line
    from lines
    inner join need_days
        on lines.ordered_on = need_days.day
    where lines.is_sale and lines.is_counted and lines.customer_id is not null
)
select * from final
