-- One row about name and contacts of a customer, under the id that merges leave.
-- grain: none
-- needs: none
-- view: yes
with
persons as (
    select * from raw.persons
),
identities as (
    select source_id, customer_id from run.identities
),
final as (
    select
        coalesce(identities.customer_id, persons.customer_id) as customer_id,
        name, email, phone,
        _mapping
    from persons
    left join identities
        on persons.customer_id = identities.source_id
)
select * from final
