-- One product that was sold before D, with its place in the order of the ids: pairs of
-- products are counted by number. What pharos.yaml says is no product (postage, fees)
-- is left out.
-- grain: product_id
-- needs: order_lines
-- column: product_no  from 1 on, in the order of the ids
with
lines as (
    select product_id, is_sale from core.lines
),
no_products as (
    select product_id from run.no_products
),
sold as (
    select distinct lines.product_id
    from lines
    left join no_products
        on lines.product_id = no_products.product_id
    where lines.is_sale
        and lines.product_id is not null
        and no_products.product_id is null
),
final as (
    select
        product_id,
        row_number() over (order by product_id) as product_no
    from sold
)
select * from final
