-- One product that a customer has bought before D, and what was known of it before the
-- hold-out. Of a customer the products bought last count towards likeness, as many as
-- the policy takes: who has bought everything is like nobody.
-- grain: customer_no, product_no
-- needs: order_lines
-- column: first_on  day of the first order with it
-- column: is_held  1 when it was bought before the hold-out, else 0
-- column: is_bought_after  1 when it was bought in the hold-out, else 0
-- column: in_span_now  1 when it was bought in the span of the baskets until D, else 0
-- column: in_span_holdout  1 when it was bought in that until the hold-out, else 0
-- column: is_now  1 when it is among the last bought at D, else 0
-- column: is_holdout  1 when it was among the last bought at the hold-out, else 0
with
sold_products as (
    select * from analysis.sold_products where customer_no > 0
),
offer_days as (
    select * from analysis.offer_days
),
offer_policy as (
    select owned_products from run.offer_policy
),
bought as (
    select
        sold_products.customer_no, sold_products.product_no,
        min(sold_products.ordered_on) as first_on,
        max(sold_products.ordered_on) as last_on,
        max(
            case
                when sold_products.ordered_on < offer_days.holdout_until
                    then sold_products.ordered_on
            end
        ) as last_held_on,
        max(
            case
                when sold_products.ordered_on >= offer_days.holdout_until then 1
                else 0
            end
        ) as is_bought_after,
        max(
            case when sold_products.ordered_on >= offer_days.now_from then 1 else 0 end
        ) as in_span_now,
        max(
            case
                when sold_products.ordered_on >= offer_days.holdout_from
                    and sold_products.ordered_on < offer_days.holdout_until then 1
                else 0
            end
        ) as in_span_holdout
    from sold_products
    cross join offer_days
    group by sold_products.customer_no, sold_products.product_no
),
placed as (
    select
        customer_no, product_no, first_on, last_held_on,
        is_bought_after, in_span_now, in_span_holdout,
        row_number() over (
            partition by customer_no
            order by last_on desc, product_no
        ) as place_now,
        row_number() over (
            partition by customer_no
            order by last_held_on desc nulls last, product_no
        ) as place_holdout
    from bought
),
final as (
    select
        placed.customer_no, placed.product_no, placed.first_on,
        case when placed.last_held_on is null then 0 else 1 end as is_held,
        placed.is_bought_after, placed.in_span_now, placed.in_span_holdout,
        case when placed.place_now <= offer_policy.owned_products then 1 else 0 end
            as is_now,
        case
            when placed.last_held_on is not null
                and placed.place_holdout <= offer_policy.owned_products then 1
            else 0
        end as is_holdout
    from placed
    cross join offer_policy
)
select * from final
