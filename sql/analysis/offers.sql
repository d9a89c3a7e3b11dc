-- One product that is next for a customer: first what the customer's own products say
-- (analysis.scored_offers), then, where these are fewer than the policy offers, the
-- most popular ones.
-- grain: cut, customer_no, product_no
-- needs: order_lines
-- column: cut  now or holdout
-- column: score  sum of likeness; NULL for a popular one
-- column: strength  of the pair that says most for it; NULL for a popular one
-- column: place  from 1 on
with
scored_offers as (
    select * from analysis.scored_offers
),
popular_offers as (
    select * from analysis.popular_offers
),
offer_policy as (
    select offers from run.offer_policy
),
found as (
    select cut, customer_no, count(*) as scored
    from scored_offers
    group by cut, customer_no
),
filled as (
    select
        popular_offers.cut, popular_offers.customer_no, popular_offers.product_no,
        coalesce(found.scored, 0) + row_number() over (
            partition by popular_offers.cut, popular_offers.customer_no
            order by popular_offers.place
        ) as place
    from popular_offers
    cross join offer_policy
    left join found
        on popular_offers.cut = found.cut
        and popular_offers.customer_no = found.customer_no
    left join scored_offers
        on popular_offers.cut = scored_offers.cut
        and popular_offers.customer_no = scored_offers.customer_no
        and popular_offers.product_no = scored_offers.product_no
    where coalesce(found.scored, 0) < offer_policy.offers
        and scored_offers.product_no is null
),
final as (
    select cut, customer_no, product_no, score, strength, place
    from scored_offers
    union all
    select
        filled.cut, filled.customer_no, filled.product_no,
        null, null, filled.place
    from filled
    cross join offer_policy
    where filled.place <= offer_policy.offers
)
select * from final
