-- How many baskets count in each span, and how many are left out because they hold more
-- products than the policy takes: pairs grow with the square of a basket, and an order
-- of everything says of no two products that they go together.
-- grain: none
-- needs: order_lines
-- units: baskets_now count, baskets_holdout count, large_now count
-- units: products_largest count
-- column: baskets_now  baskets until D
-- column: baskets_holdout  baskets until the hold-out
-- column: large_now  baskets until D that are left out
-- column: products_largest  different products in the largest basket until D
-- column: largest_order  its order, the first of several by customer and order
with
baskets as (
    select * from analysis.baskets
),
basket_policy as (
    select * from run.basket_policy
),
ranked as (
    select
        baskets.order_id,
        baskets.products_now,
        row_number() over (
            order by baskets.products_now desc, baskets.customer_no, baskets.order_id
        ) as place
    from baskets
    cross join basket_policy
    where baskets.products_now > basket_policy.most_products
),
totals as (
    select
        count(
            case
                when baskets.products_now > 1
                    and baskets.products_now <= basket_policy.most_products then 1
            end
        ) as baskets_now,
        count(
            case
                when baskets.products_holdout > 1
                    and baskets.products_holdout <= basket_policy.most_products then 1
            end
        ) as baskets_holdout
    from baskets
    cross join basket_policy
),
large as (
    select
        count(*) as large_now,
        max(products_now) as products_largest,
        max(case when place = 1 then order_id end) as largest_order
    from ranked
),
final as (
    select
        totals.baskets_now, totals.baskets_holdout,
        large.large_now, large.products_largest,
        large.largest_order
    from totals
    cross join large
)
select * from final
