-- One product seen from another that leads to it: how alike the two are by the baskets
-- that hold both (rule basket: significant pairs only) or by the customers who have
-- both (alike: more than chance would bring together). Likeness is the cosine, the
-- number of both over the square root of the product of each (Deshpande and Karypis
-- 2004).
-- grain: cut, product_no, next_no, rule
-- needs: order_lines
-- view: yes
-- units: together count, of_product count, of_next count, counted count
-- column: cut  now or holdout
-- column: product_no  the product that somebody has
-- column: next_no  the one that it leads to
-- column: rule  basket or alike
-- column: together  baskets, or customers, with both
-- column: of_product  with the first
-- column: of_next  with the second
-- column: counted  all of them
-- column: likeness  the cosine, 0 to 1
with
basket_rules as (
    select * from analysis.basket_rules
),
owner_counts as (
    select * from analysis.owner_counts
),
pairs as (
    select
        cut, 'basket' as rule, product_a, product_b,
        together, of_a, of_b, baskets as counted
    from basket_rules
    where is_significant
    union all
    select cut, 'alike', product_a, product_b, together, of_a, of_b, customers
    from owner_counts
    where cast(together as decimal(18, 0)) * customers
        > cast(of_a as decimal(18, 0)) * of_b
),
directed as (
    select
        cut, rule, product_a as product_no, product_b as next_no,
        together, of_a as of_product, of_b as of_next, counted
    from pairs
    union all
    select cut, rule, product_b, product_a, together, of_b, of_a, counted
    from pairs
),
final as (
    select
        cut, product_no, next_no, rule,
        together, of_product, of_next, counted,
        cast(
            round(
                cast(together as double) / nullif(
                    sqrt(cast(of_product as double) * cast(of_next as double)), 0
                ),
                6
            ) as decimal(18, 6)
        ) as likeness
    from directed
)
select * from final
