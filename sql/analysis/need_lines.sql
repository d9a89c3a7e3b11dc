-- One counted sale line of a customer in a window of the report, with what it was, at
-- which price per unit and among which prices that is placed: those of its category, or
-- of its product where nobody says the category. Net money is after discounts and
-- before returns. A line without a positive quantity has no price.
-- grain: profit_window, order_id, line_id
-- needs: none
-- units: net_money money, price money
-- column: price_basis  category, product, or none where the line has no place
-- column: price_group  the category or the product
with
lines as (
    select * from core.lines
),
need_days as (
    select * from analysis.need_days
),
product_categories as (
    select * from analysis.product_categories
),
placed as (
    select
        need_days.profit_window, lines.order_id, lines.line_id,
        lines.customer_id, lines.product_id,
        product_categories.category,
        coalesce(lines.channel, 'unknown') as channel,
        lines.net_amount as net_money,
        case
            when lines.quantity > 0
                then cast(
                    cast(lines.net_amount as double)
                    / nullif(cast(lines.quantity as double), 0) as decimal(38, 6)
                )
        end as price
    from lines
    inner join need_days
        on lines.ordered_on = need_days.day
    left join product_categories
        on lines.product_id = product_categories.product_id
    where lines.is_sale and lines.is_counted and lines.customer_id is not null
),
final as (
    select
        profit_window, order_id, line_id,
        customer_id, product_id,
        coalesce(category, 'unknown') as category,
        channel,
        case
            when price is null or product_id is null then 'none'
            when category is not null then 'category'
            else 'product'
        end as price_basis,
        coalesce(category, product_id, 'none') as price_group,
        net_money,
        price
    from placed
)
select * from final
