-- One product that stands in enough baskets to be counted in pairs, in at least one of
-- the spans.
-- grain: product_no
-- needs: order_lines
-- units: baskets_now count, baskets_holdout count
-- column: baskets_now  baskets with it until D
-- column: baskets_holdout  baskets with it until the hold-out
with
basket_items as (
    select * from analysis.basket_items
),
basket_policy as (
    select least_baskets from run.basket_policy
),
counted as (
    select
        product_no,
        cast(sum(is_now) as bigint) as baskets_now,
        cast(sum(is_holdout) as bigint) as baskets_holdout
    from basket_items
    group by product_no
),
final as (
    select counted.product_no, counted.baskets_now, counted.baskets_holdout
    from counted
    cross join basket_policy
    where counted.baskets_now >= basket_policy.least_baskets
        or counted.baskets_holdout >= basket_policy.least_baskets
)
select * from final
