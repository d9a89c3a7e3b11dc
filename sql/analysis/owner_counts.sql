-- Two products that enough customers have both, each of them enough of its own: the
-- customers alike of item-to-item collaborative filtering (Linden, Smith and York
-- 2003).
-- Products that are too rare are left out before pairs are made.
-- grain: cut, product_a, product_b
-- needs: order_lines
-- units: together count, of_a count, of_b count, customers count
-- column: cut  now (at D) or holdout
-- column: product_a  number of the one, the smaller
-- column: product_b  number of the other
-- column: together  customers with both
-- column: of_a  customers with a
-- column: of_b  customers with b
-- column: customers  all customers with a product
with
owned_products as (
    select * from analysis.owned_products
),
owner_products as (
    select * from analysis.owner_products
),
basket_policy as (
    select * from run.basket_policy
),
items as (
    select
        owned_products.customer_no, owned_products.product_no,
        owned_products.is_now, owned_products.is_holdout
    from owned_products
    inner join owner_products
        on owned_products.product_no = owner_products.product_no
    cross join basket_policy
    where owner_products.owners_now >= basket_policy.least_baskets
        or owner_products.owners_holdout >= basket_policy.least_baskets
),
totals as (
    select
        count(distinct case when is_now = 1 then customer_no end) as customers_now,
        count(distinct case when is_holdout = 1 then customer_no end)
            as customers_holdout
    from owned_products
),
pairs as (
    select
        items.product_no as product_a,
        others.product_no as product_b,
        count(case when items.is_now = 1 and others.is_now = 1 then 1 end)
            as together_now,
        count(case when items.is_holdout = 1 and others.is_holdout = 1 then 1 end)
            as together_holdout
    from items
    inner join items as others
        on items.customer_no = others.customer_no
        and items.product_no < others.product_no
    where items.is_now = 1 and others.is_now = 1
        or items.is_holdout = 1 and others.is_holdout = 1
    group by items.product_no, others.product_no
),
frequent as (
    select
        pairs.product_a, pairs.product_b,
        pairs.together_now, pairs.together_holdout,
        firsts.owners_now as a_now, seconds.owners_now as b_now,
        firsts.owners_holdout as a_holdout, seconds.owners_holdout as b_holdout,
        totals.customers_now, totals.customers_holdout,
        basket_policy.least_baskets, basket_policy.least_together
    from pairs
    inner join owner_products as firsts
        on pairs.product_a = firsts.product_no
    inner join owner_products as seconds
        on pairs.product_b = seconds.product_no
    cross join totals
    cross join basket_policy
),
final as (
    select
        'now' as cut, product_a, product_b, together_now as together,
        a_now as of_a, b_now as of_b, customers_now as customers
    from frequent
    where together_now >= least_together
        and a_now >= least_baskets and b_now >= least_baskets
    union all
    select
        'holdout', product_a, product_b, together_holdout,
        a_holdout, b_holdout, customers_holdout
    from frequent
    where together_holdout >= least_together
        and a_holdout >= least_baskets and b_holdout >= least_baskets
)
select * from final
