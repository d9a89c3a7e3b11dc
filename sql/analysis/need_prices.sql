-- One customer with a sale line in a window of the report, and at which price level
-- they buy: the mean place of their priced lines among the prices of each line's
-- category, or of its product where nobody says the category. The level is unknown
-- below the least number of priced lines.
-- grain: profit_window, customer_id
-- needs: none
-- units: priced_lines count, position share
-- column: position  0 is cheaper than all, 1 dearer than all, 0.5 the middle
-- column: level  low, middle, high or unknown
-- column: basis  category, product, mixed or none
with
need_cells as (
    select * from analysis.need_cells
),
policy as (
    select * from run.behaviour_policy
),
counted as (
    select
        profit_window, customer_id,
        sum(category_priced) as category_priced,
        sum(product_priced) as product_priced,
        sum(category_priced + product_priced) as priced_lines,
        sum(places) as places
    from need_cells
    group by profit_window, customer_id
),
final as (
    select
        counted.profit_window, counted.customer_id,
        case
            when counted.priced_lines = 0 then 'none'
            when counted.product_priced = 0 then 'category'
            when counted.category_priced = 0 then 'product'
            else 'mixed'
        end as basis,
        case
            when counted.priced_lines < policy.least_lines then 'unknown'
            when counted.places < 100 * policy.low_below_bp * counted.priced_lines
                then 'low'
            when counted.places < 100 * policy.high_from_bp * counted.priced_lines
                then 'middle'
            else 'high'
        end as level,
        cast(counted.priced_lines as bigint) as priced_lines,
        cast(counted.places as double)
            / nullif(cast(1000000 * counted.priced_lines as double), 0) as position
    from counted
    cross join policy
)
select * from final
