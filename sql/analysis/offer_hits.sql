-- One customer of the hold-out, who had bought before it and bought in it: at which
-- place of the products offered then stands the first that was bought, and at which of
-- the most popular ones.
-- grain: customer_no
-- needs: order_lines
-- column: offer_place  the first hit of the method; NULL without one
-- column: popular_place  the first hit of popularity; NULL without one
-- column: scored  products offered that do not come from popularity
with
owned_products as (
    select customer_no, product_no, is_bought_after from analysis.owned_products
),
offers as (
    select * from analysis.offers where cut = 'holdout'
),
popular_offers as (
    select * from analysis.popular_offers where cut = 'holdout'
),
tried as (
    select customer_no from analysis.tried_customers
),
bought as (
    select customer_no, product_no
    from owned_products
    where is_bought_after = 1
),
by_method as (
    select
        offers.customer_no,
        min(case when bought.product_no is not null then offers.place end) as place,
        count(offers.score) as scored
    from offers
    left join bought
        on offers.customer_no = bought.customer_no
        and offers.product_no = bought.product_no
    group by offers.customer_no
),
by_popularity as (
    select popular_offers.customer_no, min(popular_offers.place) as place
    from popular_offers
    inner join bought
        on popular_offers.customer_no = bought.customer_no
        and popular_offers.product_no = bought.product_no
    group by popular_offers.customer_no
),
final as (
    select
        tried.customer_no,
        by_method.place as offer_place,
        by_popularity.place as popular_place,
        coalesce(by_method.scored, 0) as scored
    from tried
    left join by_method
        on tried.customer_no = by_method.customer_no
    left join by_popularity
        on tried.customer_no = by_popularity.customer_no
)
select * from final
