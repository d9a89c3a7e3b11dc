-- One customer, everybody known before the as-of day, from the customers table or from
-- any other table that names them. What nobody said is `unknown`, a missing parent
-- `none`; dates and amounts stay NULL.
-- grain: customer_id
-- needs: none
-- units: age_years years, annual_income money
-- column: root_id  the customer on top of the group; the customer without a parent
-- column: first_seen_on  the first day that any table knows of the customer
with
params as (
    select * from run.params
),
sightings as (
    select * from core.sightings
),
customers as (
    select * from staging.customers
),
persons as (
    select * from staging.persons
),
parents as (
    select * from core.parents
),
ancestors as (
    select * from core.ancestors_512
),
final as (
    select
        sightings.customer_id,
        coalesce(parents.parent_id, 'none') as parent_id,
        coalesce(ancestors.ancestor_id, sightings.customer_id) as root_id,
        coalesce(customers.owner_id, 'unknown') as owner_id,
        coalesce(persons.name, 'unknown') as name,
        coalesce(customers.kind, 'unknown') as kind,
        coalesce(customers.gender, 'unknown') as gender,
        coalesce(customers.region, 'unknown') as region,
        coalesce(customers.country, 'unknown') as country,
        coalesce(customers.city, 'unknown') as city,
        coalesce(customers.industry, 'unknown') as industry,
        coalesce(customers.channel, 'unknown') as channel,
        customers.annual_income,
        customers.acquisition_cost,
        case
            when customers.birth_date is null then customers.age
            when customers.birth_date > params.as_of then null
            else year(params.as_of) - year(customers.birth_date)
                - case
                    when month(params.as_of) * 100 + day(params.as_of)
                        < month(customers.birth_date) * 100 + day(customers.birth_date)
                        then 1
                    else 0
                end
        end as age_years,
        customers.birth_date,
        customers.acquired_on,
        sightings.first_seen_on
    from sightings
    cross join params
    left join customers
        on sightings.customer_id = customers.customer_id
    left join persons
        on sightings.customer_id = persons.customer_id
    left join parents
        on sightings.customer_id = parents.customer_id
    left join ancestors
        on sightings.customer_id = ancestors.customer_id
)
select * from final
