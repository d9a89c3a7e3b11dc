-- One of the products that a product leads to, the most alike first and no more of them
-- than the policy takes: by its baskets or by its customers, whichever says more.
-- grain: cut, product_no, next_no
-- needs: order_lines
-- units: together count, of_product count, of_next count, counted count
-- column: rule  basket or alike; what the counts count
-- column: likeness  the cosine, 0 to 1
-- column: strength  the place of the pair among all of its cut, the most alike last
with
likeness as (
    select * from analysis.product_likeness
),
offer_policy as (
    select neighbours from run.offer_policy
),
-- whoever is among the first when both rules are heard is among the first of one
listed as (
    select
        cut, product_no, next_no, rule,
        together, of_product, of_next, counted, likeness,
        row_number() over (
            partition by cut, rule, product_no
            order by likeness desc, next_no
        ) as rule_place
    from likeness
),
judged as (
    select
        listed.cut, listed.product_no, listed.next_no, listed.rule,
        listed.together, listed.of_product, listed.of_next, listed.counted,
        listed.likeness,
        row_number() over (
            partition by listed.cut, listed.product_no, listed.next_no
            order by listed.likeness desc, listed.rule desc
        ) as copy_number
    from listed
    cross join offer_policy
    where listed.rule_place <= offer_policy.neighbours
),
placed as (
    select
        cut, product_no, next_no, rule,
        together, of_product, of_next, counted, likeness,
        row_number() over (
            partition by cut, product_no
            order by likeness desc, next_no
        ) as place
    from judged
    where copy_number = 1
),
final as (
    select
        placed.cut, placed.product_no, placed.next_no,
        placed.rule,
        placed.together, placed.of_product, placed.of_next, placed.counted,
        placed.likeness,
        row_number() over (
            partition by placed.cut
            order by placed.likeness, placed.product_no desc, placed.next_no desc
        ) as strength
    from placed
    cross join offer_policy
    where placed.place <= offer_policy.neighbours
)
select * from final
