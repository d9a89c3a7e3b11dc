-- One declared attribute of one customer, under the name it has in its source. Of
-- several values the first counts, by the attribute's order of precedence in
-- pharos.yaml, else by the order of the mappings, then in byte order; what nobody said
-- is no row.
-- grain: customer_id, attribute
-- needs: none
-- view: yes
with
customer_attributes as (
    select * from raw.customer_attributes
),
identities as (
    select source_id, customer_id from run.identities
),
precedence as (
    select * from run.precedence
),
numbered as (
    select
        coalesce(identities.customer_id, customer_attributes.customer_id)
            as customer_id,
        customer_attributes.attribute,
        customer_attributes.value,
        row_number() over (
            partition by
                coalesce(identities.customer_id, customer_attributes.customer_id),
                customer_attributes.attribute
            order by
                precedence.place nulls last, customer_attributes._mapping nulls last,
                customer_attributes.value
        ) as n
    from customer_attributes
    left join identities
        on customer_attributes.customer_id = identities.source_id
    left join precedence
        on customer_attributes.attribute = precedence.column_name
        and customer_attributes._mapping = precedence.mapping
    where customer_attributes.value is not null
),
final as (
    select customer_id, attribute, value
    from numbered
    where n = 1
)
select * from final
