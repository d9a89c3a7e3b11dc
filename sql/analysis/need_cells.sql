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
need_lines as (
    select * from analysis.need_lines
),
price_places as (
    select * from analysis.price_places
),
final as (
    select
        need_lines.profit_window, need_lines.customer_id,
        need_lines.category, need_lines.channel,
        cast(sum(need_lines.net_money) as decimal(38, 4)) as net_money,
        count(*) as lines,
        count(case when need_lines.price_basis = 'category' then 1 end)
            as category_priced,
        count(case when need_lines.price_basis = 'product' then 1 end)
            as product_priced,
        cast(coalesce(sum(price_places.place), 0) as bigint) as places
    from need_lines
    left join price_places
        on need_lines.profit_window = price_places.profit_window
        and need_lines.price_basis = price_places.price_basis
        and need_lines.price_group = price_places.price_group
        and need_lines.price = price_places.price
    group by
        need_lines.profit_window, need_lines.customer_id,
        need_lines.category, need_lines.channel
)
select * from final
