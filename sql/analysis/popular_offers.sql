-- One of the most popular products that a customer does not have, or that may be
-- offered again: what the next products have to beat. For who has so many popular
-- products the list goes on so many places further.
-- grain: cut, customer_no, product_no
-- needs: order_lines
-- column: cut  now or holdout
-- column: place  from 1 on
with
held_products as (
    select * from analysis.held_products
),
popular_products as (
    select * from analysis.popular_products
),
offer_policy as (
    select offers from run.offer_policy
),
closed as (
    select cut, customer_no, product_no
    from held_products
    where not is_open
),
customers as (
    select
        held_products.cut, held_products.customer_no,
        count(case when not held_products.is_open then popular_products.place end)
            as places_held
    from held_products
    left join popular_products
        on held_products.cut = popular_products.cut
        and held_products.product_no = popular_products.product_no
    group by held_products.cut, held_products.customer_no
),
depths as (
    select distinct cut, places_held
    from customers
),
lists as (
    select
        depths.cut, depths.places_held,
        popular_products.product_no, popular_products.place
    from depths
    cross join offer_policy
    inner join popular_products
        on depths.cut = popular_products.cut
        and popular_products.place <= depths.places_held + offer_policy.offers
),
placed as (
    select
        customers.cut, customers.customer_no, lists.product_no,
        row_number() over (
            partition by customers.cut, customers.customer_no
            order by lists.place
        ) as place
    from customers
    inner join lists
        on customers.cut = lists.cut
        and customers.places_held = lists.places_held
    left join closed
        on customers.cut = closed.cut
        and customers.customer_no = closed.customer_no
        and lists.product_no = closed.product_no
    where closed.product_no is null
),
final as (
    select placed.cut, placed.customer_no, placed.product_no, placed.place
    from placed
    cross join offer_policy
    where placed.place <= offer_policy.offers
)
select * from final
