-- A customer with sale lines in W or in the window twelve months before: what they buy
-- most, at which price level, through which channel, on which day and how often, and
-- what changed. Money is that of sale lines, after discounts and before returns.
-- grain: customer_id
-- needs: order_lines
-- mart: yes
-- units: top_share share, channel_share share, day_share share, price_position share
-- units: gap_days days, changes count, net_money money, money_before money
-- units: lines count, lines_before count, categories count, products count
-- column: customer_id  the customer
-- column: top_category  category with most of their money in W; unknown where nobody
--   says, none without a sale line in W
-- column: price_level  low, middle or high; unknown on few lines, none without any
-- column: main_channel  channel with most of their money; unknown, none
-- column: change  the word of the change that counts first; mart need_changes has all
-- column: next_product  the first of mart next_products; NULL where there is none
-- column: direction  down, up, other or none
-- column: category_before  top category of the window before; none without a line then
-- column: price_basis  prices of a category, of a product where nobody says its
--   category, mixed, or none
-- column: main_day  weekday with most of their days with an activity; unknown, none
-- column: rhythm  daily, weekly, fortnightly, monthly, quarterly, half_yearly, yearly
--   or rarer, by the median gap; unknown on few gaps, none without a line in W
-- column: changes  sides of mart need_changes that changed
-- column: top_share  share of the top category in their money; NULL without money
-- column: price_position  mean place of their lines among the prices, 0 to 1
-- column: lines  sale lines in W
with
need_verdicts as (
    select * from analysis.need_verdicts
),
states as (
    select * from analysis.need_states where profit_window = 'current'
),
previous_states as (
    select * from analysis.need_states where profit_window = 'previous'
),
next_products as (
    select customer_id, product_id from analysis.next_products where rank = 1
),
final as (
    select
        cast(need_verdicts.customer_id as varchar) as customer_id,
        cast(coalesce(states.top_category, 'none') as varchar) as top_category,
        cast(coalesce(states.price_level, 'none') as varchar) as price_level,
        cast(coalesce(states.main_channel, 'none') as varchar) as main_channel,
        cast(need_verdicts.change as varchar) as change,
        cast(next_products.product_id as varchar) as next_product,
        cast(need_verdicts.direction as varchar) as direction,
        cast(coalesce(previous_states.top_category, 'none') as varchar)
            as category_before,
        cast(coalesce(states.price_basis, 'none') as varchar) as price_basis,
        cast(coalesce(states.main_day, 'none') as varchar) as main_day,
        cast(coalesce(states.rhythm, 'none') as varchar) as rhythm,
        cast(coalesce(states.net_money, 0) as decimal(38, 4)) as net_money,
        cast(coalesce(previous_states.net_money, 0) as decimal(38, 4)) as money_before,
        cast(coalesce(states.lines, 0) as bigint) as lines,
        cast(coalesce(previous_states.lines, 0) as bigint) as lines_before,
        cast(coalesce(states.categories, 0) as bigint) as categories,
        cast(coalesce(states.products, 0) as bigint) as products,
        cast(need_verdicts.changes as bigint) as changes,
        cast(states.gap_days as bigint) as gap_days,
        cast(states.top_share as double) as top_share,
        cast(states.channel_share as double) as channel_share,
        cast(states.day_share as double) as day_share,
        cast(states.position as double) as price_position
    from need_verdicts
    left join states
        on need_verdicts.customer_id = states.customer_id
    left join previous_states
        on need_verdicts.customer_id = previous_states.customer_id
    left join next_products
        on need_verdicts.customer_id = next_products.customer_id
)
select * from final
