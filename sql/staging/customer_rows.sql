-- One row of the customers table, under the ids that merges leave to the customer and
-- to their parent. Whoever is their own parent has none.
-- grain: none
-- needs: none
-- view: yes
-- units: annual_income money, acquisition_cost money, age years
with
customers as (
    select * from raw.customers
),
identities as (
    select source_id, customer_id from run.identities
),
final as (
    select
        coalesce(identities.customer_id, customers.customer_id) as customer_id,
        nullif(
            coalesce(parents.customer_id, customers.parent_id),
            coalesce(identities.customer_id, customers.customer_id)
        ) as parent_id,
        owner_id,
        kind, gender, region, country, city, industry, channel,
        annual_income, acquisition_cost,
        age,
        birth_date, acquired_on,
        _mapping, _file, _line
    from customers
    left join identities
        on customers.customer_id = identities.source_id
    left join identities as parents
        on customers.parent_id = parents.source_id
)
select * from final
