-- One customer of the customers table. Where several rows say something about the same
-- customer, each column comes from the first row that fills it: by the order of the
-- mappings in pharos.yaml, then by file and line. Names and contacts are not here:
-- they live in raw.persons.
-- grain: customer_id
-- needs: none
-- view: yes
-- units: annual_income money, acquisition_cost money, age years
with
customers as (
    select * from raw.customers
),
numbered as (
    select
        customer_id, parent_id, owner_id,
        kind, gender, region, country, city, industry, channel,
        annual_income, acquisition_cost,
        age,
        birth_date, acquired_on,
        row_number() over (
            partition by customer_id
            order by
                _mapping nulls last, _file nulls last, _line nulls last,
                parent_id nulls last, owner_id nulls last, kind nulls last,
                gender nulls last, region nulls last, country nulls last,
                city nulls last, industry nulls last, channel nulls last,
                annual_income nulls last, acquisition_cost nulls last, age nulls last,
                birth_date nulls last, acquired_on nulls last
        ) as n
    from customers
),
final as (
    select
        customer_id,
        min_by(parent_id, case when parent_id is not null then n end) as parent_id,
        min_by(owner_id, case when owner_id is not null then n end) as owner_id,
        min_by(kind, case when kind is not null then n end) as kind,
        min_by(gender, case when gender is not null then n end) as gender,
        min_by(region, case when region is not null then n end) as region,
        min_by(country, case when country is not null then n end) as country,
        min_by(city, case when city is not null then n end) as city,
        min_by(industry, case when industry is not null then n end) as industry,
        min_by(channel, case when channel is not null then n end) as channel,
        min_by(annual_income, case when annual_income is not null then n end)
            as annual_income,
        min_by(acquisition_cost, case when acquisition_cost is not null then n end)
            as acquisition_cost,
        min_by(age, case when age is not null then n end) as age,
        min_by(birth_date, case when birth_date is not null then n end) as birth_date,
        min_by(acquired_on, case when acquired_on is not null then n end)
            as acquired_on
    from numbered
    group by customer_id
)
select * from final
