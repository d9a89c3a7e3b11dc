-- One customer, everybody known before the as-of day, from the customers table or from
-- any other table that names them. What nobody said is `unknown`, a missing parent
-- `none`; dates and amounts stay NULL. Of several names the first in byte order counts.
-- grain: customer_id
-- needs: none
-- units: age_years years, annual_income money
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
    select * from raw.persons
),
names as (
    select customer_id, min(name) as name
    from persons
    group by customer_id
),
final as (
    select
        sightings.customer_id,
        coalesce(customers.parent_id, 'none') as parent_id,
        coalesce(customers.owner_id, 'unknown') as owner_id,
        coalesce(names.name, 'unknown') as name,
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
    left join names
        on sightings.customer_id = names.customer_id
)
select * from final
