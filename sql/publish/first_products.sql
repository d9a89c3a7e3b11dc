-- The first of a customer's next products, as the lists offer it.
-- grain: customer_id
-- needs: none
-- part_of: publish.first_offers
-- view: yes

with next_products as (
    select * from analysis.next_products
),
final as (
    select
        customer_id,
        name as product
    from next_products
    where rank = 1
)
select * from final
