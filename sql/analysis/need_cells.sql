-- What one customer bought of one category through one channel in a window of the
-- report. Everything that the needs say of lines is added up from here.
-- grain: profit_window, customer_id, category, channel
-- needs: none
-- units: net_money money, lines count, category_priced count, product_priced count
-- units: places millionths
-- column: category_priced  lines with a place among the prices of their category
-- column: product_priced  lines with a place among the prices of their product
-- column: places  sum of these places
with
need_purchases as (
    select * from analysis.need_purchases
),
price_places as (
    select * from analysis.price_places
),
final as (
    select
        need_purchases.profit_window, need_purchases.customer_id,
        need_purchases.category, need_purchases.channel,
        cast(sum(need_purchases.net_money) as decimal(38, 4)) as net_money,
        cast(sum(need_purchases.lines) as bigint) as lines,
        cast(
            coalesce(sum(
                case
                    when need_purchases.price_basis = 'category'
                        then need_purchases.lines
                end
            ), 0) as bigint
        ) as category_priced,
        cast(
            coalesce(sum(
                case
                    when need_purchases.price_basis = 'product'
                        then need_purchases.lines
                end
            ), 0) as bigint
        ) as product_priced,
        cast(
            coalesce(sum(need_purchases.lines * price_places.place), 0) as bigint
        ) as places
    from need_purchases
    left join price_places
        on need_purchases.profit_window = price_places.profit_window
        and need_purchases.price_basis = price_places.price_basis
        and need_purchases.price_group = price_places.price_group
        and need_purchases.price = price_places.price
    group by
        need_purchases.profit_window, need_purchases.customer_id,
        need_purchases.category, need_purchases.channel
)
select * from final
