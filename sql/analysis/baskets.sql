-- One basket: an order with two or more different products on its sale lines of one of
-- the two spans of analysis.offer_days. What was sold outside of a span does not count
-- in it.
-- grain: customer_no, order_id
-- needs: order_lines
-- units: products_now count, products_holdout count
-- column: products_now  different products until D
-- column: products_holdout  different products until the hold-out
with
sold_products as (
    select * from analysis.sold_products
),
offer_days as (
    select * from analysis.offer_days
),
counted as (
    select
        sold_products.customer_no, sold_products.order_id,
        count(
            case
                when sold_products.ordered_on >= offer_days.now_from
                    and sold_products.ordered_on < offer_days.now_until then 1
            end
        ) as products_now,
        count(
            case
                when sold_products.ordered_on >= offer_days.holdout_from
                    and sold_products.ordered_on < offer_days.holdout_until then 1
            end
        ) as products_holdout
    from sold_products
    cross join offer_days
    group by sold_products.customer_no, sold_products.order_id
),
final as (
    select customer_no, order_id, products_now, products_holdout
    from counted
    where products_now > 1 or products_holdout > 1
)
select * from final
