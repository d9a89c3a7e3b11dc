-- One product with the category that was last said of it before D, so that a catalogue
-- in new words is no change of what anybody buys. A product of which none is said has
-- no row.
-- grain: product_id
-- needs: none
with
products as (
    select * from staging.products
),
params as (
    select * from run.params
),
final as (
    select
        products.product_id,
        max_by(trim(products.category), products.valid_from) as category
    from products
    cross join params
    where products.valid_from < params.as_of
        and trim(products.category) <> ''
    group by products.product_id
)
select * from final
