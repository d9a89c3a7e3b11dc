-- The product that a customer will most likely take next, where the company's orders
-- say so. What is found of it (first_products) takes the place of this file, which has
-- no row, so that a company without orders has its lists all the same.
-- grain: customer_id
-- needs: none
-- column: customer_id  the customer
-- column: product  name of the first of mart next_products
with
params as (
    select * from run.params
),
final as (
    select
        cast('none' as varchar) as customer_id,
        cast('none' as varchar) as product
    from params
    where params.as_of is null
)
select * from final
