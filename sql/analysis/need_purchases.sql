-- What one customer bought of one product through one channel at one price in a window
-- of the report, and among which prices that price is placed: those of the product's
-- category, or of the product where nobody says the category.
-- grain: profit_window, customer_id, product_id, channel, price
-- needs: none
-- units: net_money money, price money, lines count
-- column: product_id  the product; none where lines name none
-- column: price  per unit; -1 where there is none
-- column: price_basis  category, product, or none where the lines have no place
-- column: price_group  the category or the product
with
need_lines as (
    select * from analysis.need_lines
),
product_categories as (
    select * from analysis.product_categories
),
bought as (
    select
        profit_window, customer_id, product_id, channel,
        coalesce(price, -1) as price,
        sum(net_money) as net_money,
        count(*) as lines
    from need_lines
    group by profit_window, customer_id, product_id, channel, coalesce(price, -1)
),
final as (
    select
        bought.profit_window, bought.customer_id, bought.product_id, bought.channel,
        bought.price,
        coalesce(product_categories.category, 'unknown') as category,
        case
            when bought.price < 0 or bought.product_id = 'none' then 'none'
            when product_categories.category is not null then 'category'
            else 'product'
        end as price_basis,
        coalesce(product_categories.category, bought.product_id) as price_group,
        cast(bought.net_money as decimal(38, 4)) as net_money,
        bought.lines
    from bought
    left join product_categories
        on bought.product_id = product_categories.product_id
)
select * from final
