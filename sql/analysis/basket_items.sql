-- One product in one basket that counts, in the span until D, in that until the
-- hold-out, or in both.
-- grain: customer_no, order_id, product_no
-- needs: order_lines
-- column: is_now  1 in a basket until D, else 0
-- column: is_holdout  1 in a basket until the hold-out, else 0
with
sold_products as (
    select * from analysis.sold_products
),
baskets as (
    select * from analysis.baskets
),
offer_days as (
    select * from analysis.offer_days
),
basket_policy as (
    select most_products from run.basket_policy
),
placed as (
    select
        sold_products.customer_no, sold_products.order_id, sold_products.product_no,
        case
            when sold_products.ordered_on >= offer_days.now_from
                and sold_products.ordered_on < offer_days.now_until
                and baskets.products_now > 1
                and baskets.products_now <= basket_policy.most_products then 1
            else 0
        end as is_now,
        case
            when sold_products.ordered_on >= offer_days.holdout_from
                and sold_products.ordered_on < offer_days.holdout_until
                and baskets.products_holdout > 1
                and baskets.products_holdout <= basket_policy.most_products then 1
            else 0
        end as is_holdout
    from sold_products
    inner join baskets
        on sold_products.customer_no = baskets.customer_no
        and sold_products.order_id = baskets.order_id
    cross join offer_days
    cross join basket_policy
),
final as (
    select customer_no, order_id, product_no, is_now, is_holdout
    from placed
    where is_now = 1 or is_holdout = 1
)
select * from final
