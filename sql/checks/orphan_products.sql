-- A loaded table that names products, and how many of the products it names are not in
-- the products table: one that was renamed on one side is found here.
-- grain: table_name
-- needs: products
-- severity: warning
-- units: failing count, tested count

with order_lines as (
    select * from staging.order_lines
),
products as (
    select * from staging.products
),
opportunities as (
    select * from staging.opportunities
),
sold_products as (
    select distinct 'order_lines' as table_name, product_id
    from order_lines
    where product_id is not null
    union all
    select distinct 'opportunities', product_id
    from opportunities
    where product_id is not null
),
known_products as (
    select distinct product_id
    from products
),
final as (
    select
        sold_products.table_name,
        count(case when known_products.product_id is null then 1 end) as failing,
        count(*) as tested
    from sold_products
    left join known_products
        on sold_products.product_id = known_products.product_id
    group by sold_products.table_name
)
select * from final
