-- One declared attribute of one customer, under the name it has in its source. Of
-- several values the first in byte order counts; what nobody said is no row.
-- grain: customer_id, attribute
-- needs: none
-- view: yes
with
customer_attributes as (
    select * from raw.customer_attributes
),
final as (
    select
        customer_id, attribute,
        min(value) as value
    from customer_attributes
    where value is not null
    group by customer_id, attribute
)
select * from final
