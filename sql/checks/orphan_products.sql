-- The order lines, and how many of the products they name are not in the products
-- table.
-- grain: table_name
-- needs: products, order_lines
-- severity: warning
-- units: failing count, tested count

with order_lines as (
    select * from staging.order_lines
),
products as (
    select * from staging.products
),
sold_products as (
    select distinct product_id
    from order_lines
    where product_id is not null
),
known_products as (
    select distinct product_id
    from products
),
final as (
    select
        'order_lines' as table_name,
        count(case when known_products.product_id is null then 1 end) as failing,
        count(*) as tested
    from sold_products
    left join known_products
        on sold_products.product_id = known_products.product_id
)
select * from final
