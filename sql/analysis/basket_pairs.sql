-- Two products that are bought together: in how many baskets of the window, and how
-- surely that is no chance. A basket is an order with two or more different products on
-- its sale lines; a product counts once in it. Baskets of more products than
-- needs.baskets.largest are left out, and so are products and pairs that are too rare.
-- Each pair stands here once; the confidences say which of the two leads to the other.
-- grain: product_a, product_b
-- needs: order_lines
-- mart: yes
-- units: baskets_a count, baskets_b count, baskets_both count, baskets_all count
-- units: support share, confidence_a_b share, confidence_b_a share, adjusted_p share
-- column: product_a  the one, by its id
-- column: product_b  the other; its id comes after that of a
-- column: name_a  name of a; its id where the products table has none
-- column: name_b  name of b
-- column: baskets_a  baskets with a
-- column: baskets_b  baskets with b
-- column: baskets_both  baskets with both
-- column: baskets_all  all baskets of the window
-- column: support  share of all baskets that hold both
-- column: confidence_a_b  share of the baskets with a that hold b too
-- column: confidence_b_a  share of the baskets with b that hold a too
-- column: lift  how many times as often as if neither cared for the other
-- column: p_value  chance of so many baskets with both, or more, if neither cared for
--   the other: Fisher's exact test, one-sided
-- column: adjusted_p  the same, adjusted by Benjamini and Hochberg (1995) for all pairs
--   of the counted products
-- column: significant  whether adjusted_p is at most needs.baskets.false_discovery: of
--   the significant pairs at most that share is expected to be chance
with
basket_rules as (
    select * from analysis.basket_rules where cut = 'now'
),
product_numbers as (
    select * from analysis.product_numbers
),
product_names as (
    select * from analysis.product_names
),
named as (
    select
        product_numbers.product_no,
        product_numbers.product_id,
        coalesce(product_names.name, product_numbers.product_id) as name
    from product_numbers
    left join product_names
        on product_numbers.product_id = product_names.product_id
),
final as (
    select
        cast(firsts.product_id as varchar) as product_a,
        cast(seconds.product_id as varchar) as product_b,
        cast(firsts.name as varchar) as name_a,
        cast(seconds.name as varchar) as name_b,
        cast(rules.of_a as bigint) as baskets_a,
        cast(rules.of_b as bigint) as baskets_b,
        cast(rules.together as bigint) as baskets_both,
        cast(rules.baskets as bigint) as baskets_all,
        cast(rules.together as double) / nullif(cast(rules.baskets as double), 0)
            as support,
        cast(rules.together as double) / nullif(cast(rules.of_a as double), 0)
            as confidence_a_b,
        cast(rules.together as double) / nullif(cast(rules.of_b as double), 0)
            as confidence_b_a,
        cast(rules.together as double) * cast(rules.baskets as double)
            / nullif(cast(rules.of_a as double) * cast(rules.of_b as double), 0)
            as lift,
        cast(rules.p_value as double) as p_value,
        cast(rules.adjusted as double) as adjusted_p,
        cast(rules.is_significant as boolean) as significant
    from basket_rules as rules
    inner join named as firsts
        on rules.product_a = firsts.product_no
    inner join named as seconds
        on rules.product_b = seconds.product_no
)
select * from final
