-- One product with the name and the category that the newest row of the products table
-- gives it. Empty without that table.
-- grain: product_id
-- needs: none
with
products as (
    select * from staging.products
),
final as (
    select
        product_id,
        max_by(name, case when name is not null then valid_from end) as name,
        max_by(category, case when category is not null then valid_from end) as category
    from products
    group by product_id
)
select * from final
