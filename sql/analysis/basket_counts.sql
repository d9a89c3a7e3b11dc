-- Two products that stand together in enough baskets of a span, each of them in enough
-- of its own. Products that are too rare are left out before pairs are made.
-- grain: cut, product_a, product_b
-- needs: order_lines
-- units: together count, of_a count, of_b count, baskets count
-- column: cut  now (until D) or holdout
-- column: product_a  number of the one, the smaller
-- column: product_b  number of the other
-- column: together  baskets with both
-- column: of_a  baskets with a
-- column: of_b  baskets with b
-- column: baskets  all baskets
with
basket_items as (
    select * from analysis.basket_items
),
basket_products as (
    select * from analysis.basket_products
),
basket_totals as (
    select * from analysis.basket_totals
),
basket_policy as (
    select * from run.basket_policy
),
items as (
    select
        basket_items.customer_no, basket_items.order_id, basket_items.product_no,
        basket_items.is_now, basket_items.is_holdout
    from basket_items
    inner join basket_products
        on basket_items.product_no = basket_products.product_no
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
        and items.order_id = others.order_id
        and items.product_no < others.product_no
    group by items.product_no, others.product_no
),
frequent as (
    select
        pairs.product_a, pairs.product_b,
        pairs.together_now, pairs.together_holdout
    from pairs
    cross join basket_policy
    where pairs.together_now >= basket_policy.least_together
        or pairs.together_holdout >= basket_policy.least_together
),
cuts as (
    select
        'now' as cut, frequent.product_a, frequent.product_b,
        frequent.together_now as together,
        firsts.baskets_now as of_a, seconds.baskets_now as of_b,
        basket_totals.baskets_now as baskets
    from frequent
    inner join basket_products as firsts
        on frequent.product_a = firsts.product_no
    inner join basket_products as seconds
        on frequent.product_b = seconds.product_no
    cross join basket_totals
    union all
    select
        'holdout', frequent.product_a, frequent.product_b,
        frequent.together_holdout,
        firsts.baskets_holdout, seconds.baskets_holdout,
        basket_totals.baskets_holdout
    from frequent
    inner join basket_products as firsts
        on frequent.product_a = firsts.product_no
    inner join basket_products as seconds
        on frequent.product_b = seconds.product_no
    cross join basket_totals
),
final as (
    select
        cuts.cut, cuts.product_a, cuts.product_b,
        cuts.together, cuts.of_a, cuts.of_b, cuts.baskets
    from cuts
    cross join basket_policy
    where cuts.together >= basket_policy.least_together
        and cuts.of_a >= basket_policy.least_baskets
        and cuts.of_b >= basket_policy.least_baskets
)
select * from final
