-- Two products of basket_counts with what their standing together says: more often
-- than chance would have it or not. The chance is that of Fisher's exact test
-- (fit.basket_tests), and since every two of the counted products were looked at, it is
-- adjusted for their number by Benjamini and Hochberg (1995). Pairs that are too rare
-- to be listed count among those that were looked at, so that it is rather too high.
-- grain: cut, product_a, product_b
-- needs: order_lines
-- units: together count, of_a count, of_b count, baskets count, adjusted share
-- column: p_value  the chance of so many baskets with both, or more, if neither product
--   cared for the other
-- column: adjusted  the share of false finds among the pairs up to this one, at most
with
basket_counts as (
    select * from analysis.basket_counts
),
basket_products as (
    select * from analysis.basket_products
),
basket_tests as (
    select * from fit.basket_tests
),
basket_policy as (
    select * from run.basket_policy
),
counted as (
    select
        count(case when products.baskets_now >= policy.least_baskets then 1 end) as now,
        count(case when products.baskets_holdout >= policy.least_baskets then 1 end)
            as holdout
    from basket_products as products
    cross join basket_policy as policy
),
tested as (
    select
        basket_counts.cut, basket_counts.product_a, basket_counts.product_b,
        basket_counts.together, basket_counts.of_a, basket_counts.of_b,
        basket_counts.baskets,
        basket_tests.p_value,
        case
            when basket_counts.cut = 'now' then cast(counted.now as double)
            else cast(counted.holdout as double)
        end as products,
        row_number() over (
            partition by basket_counts.cut
            order by
                basket_tests.p_value, basket_counts.product_a, basket_counts.product_b
        ) as place
    from basket_counts
    inner join basket_tests
        on basket_counts.together = basket_tests.together
        and basket_counts.of_a = basket_tests.of_a
        and basket_counts.of_b = basket_tests.of_b
        and basket_counts.baskets = basket_tests.baskets
    cross join counted
),
stepped as (
    select
        cut, product_a, product_b, together, of_a, of_b, baskets, p_value, place,
        p_value * products * (products - 1) / nullif(cast(2 * place as double), 0)
            as false_share
    from tested
),
adjusted as (
    select
        cut, product_a, product_b, together, of_a, of_b, baskets, p_value,
        min(false_share) over (
            partition by cut
            order by place desc
            rows between unbounded preceding and current row
        ) as least_share
    from stepped
),
final as (
    select
        adjusted.cut, adjusted.product_a, adjusted.product_b,
        adjusted.together, adjusted.of_a, adjusted.of_b, adjusted.baskets,
        adjusted.p_value,
        case when adjusted.least_share > 1 then 1e0 else adjusted.least_share end
            as adjusted,
        adjusted.least_share * 10000 <= basket_policy.false_discovery_bp
            as is_significant
    from adjusted
    cross join basket_policy
)
select * from final
