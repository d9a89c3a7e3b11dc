-- One of the best products for a customer by the products that the customer has: the
-- score is the sum of how alike it is to each of them (item-based top-N recommendation,
-- Deshpande and Karypis 2004). What the customer has is not offered, unless it may be
-- offered again. Ties go by the product's id.
-- grain: cut, customer_no, product_no
-- needs: order_lines
-- column: cut  now or holdout
-- column: score  sum of likeness
-- column: strength  of the pair that says most for it (analysis.next_neighbours)
-- column: place  from 1 on
with
held_products as (
    select * from analysis.held_products
),
neighbours as (
    select cut, product_no, next_no, likeness, strength from analysis.next_neighbours
),
offer_policy as (
    select offers from run.offer_policy
),
candidates as (
    select
        held_products.cut, held_products.customer_no,
        neighbours.next_no as product_no,
        sum(neighbours.likeness) as score,
        max(neighbours.strength) as strength
    from held_products
    inner join neighbours
        on held_products.cut = neighbours.cut
        and held_products.product_no = neighbours.product_no
    where held_products.is_recent
    group by held_products.cut, held_products.customer_no, neighbours.next_no
),
placed as (
    select
        candidates.cut, candidates.customer_no, candidates.product_no,
        candidates.score, candidates.strength,
        row_number() over (
            partition by candidates.cut, candidates.customer_no
            order by candidates.score desc, candidates.product_no
        ) as place
    from candidates
    left join held_products
        on candidates.cut = held_products.cut
        and candidates.customer_no = held_products.customer_no
        and candidates.product_no = held_products.product_no
    where held_products.product_no is null or held_products.is_open
),
final as (
    select
        placed.cut, placed.customer_no, placed.product_no,
        placed.score, placed.strength, placed.place
    from placed
    cross join offer_policy
    where placed.place <= offer_policy.offers
)
select * from final
