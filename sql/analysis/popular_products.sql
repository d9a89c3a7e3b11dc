-- One product by how many customers bought it in the span of the baskets, the most
-- popular first. Ties go by the product's id.
-- grain: cut, product_no
-- needs: order_lines
-- units: buyers count
-- column: cut  now or holdout
-- column: place  from 1 on
with
owner_products as (
    select * from analysis.owner_products
),
counted as (
    select 'now' as cut, product_no, buyers_now as buyers
    from owner_products
    union all
    select 'holdout', product_no, buyers_holdout
    from owner_products
),
final as (
    select
        cut, product_no, buyers,
        row_number() over (partition by cut order by buyers desc, product_no) as place
    from counted
    where buyers > 0
)
select * from final
