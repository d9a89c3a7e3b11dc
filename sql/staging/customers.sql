-- One customer of the customers table, under the id that merges leave. Where several
-- rows say something about the same customer, each column comes from the first row that
-- fills it: by the column's order of precedence in pharos.yaml, else by the order of
-- the mappings, then by file and line. Names and contacts are in staging.persons.
-- grain: customer_id
-- needs: none
-- view: yes
-- units: annual_income money, acquisition_cost money, age years
with
customer_rows as (
    select * from staging.customer_rows
),
mapping_places as (
    select * from staging.mapping_places
),
numbered as (
    select
        customer_id, parent_id, owner_id,
        kind, gender, region, country, city, industry, channel,
        annual_income, acquisition_cost,
        age,
        birth_date, acquired_on,
        _mapping,
        row_number() over (
            partition by customer_id
            order by
                _mapping nulls last, _file nulls last, _line nulls last,
                parent_id nulls last, owner_id nulls last, kind nulls last,
                gender nulls last, region nulls last, country nulls last,
                city nulls last, industry nulls last, channel nulls last,
                annual_income nulls last, acquisition_cost nulls last, age nulls last,
                birth_date nulls last, acquired_on nulls last
        ) as n,
        count(*) over (partition by customer_id) as copies
    from customer_rows
),
placed as (
    -- the place of a mapping counts before the row's own number, at most copies
    select
        customer_id,
        parent_id, owner_id,
        kind, gender, region, country, city, industry, channel,
        annual_income, acquisition_cost, age, birth_date, acquired_on,
        case when parent_id is not null then parent_id_place * copies + n end
            as parent_id_at,
        case when owner_id is not null then owner_id_place * copies + n end
            as owner_id_at,
        case when kind is not null then kind_place * copies + n end as kind_at,
        case when gender is not null then gender_place * copies + n end as gender_at,
        case when region is not null then region_place * copies + n end as region_at,
        case when country is not null then country_place * copies + n end as country_at,
        case when city is not null then city_place * copies + n end as city_at,
        case when industry is not null then industry_place * copies + n end
            as industry_at,
        case when channel is not null then channel_place * copies + n end as channel_at,
        case when annual_income is not null then annual_income_place * copies + n end
            as annual_income_at,
        case
            when acquisition_cost is not null then acquisition_cost_place * copies + n
        end as acquisition_cost_at,
        case when age is not null then age_place * copies + n end as age_at,
        case when birth_date is not null then birth_date_place * copies + n end
            as birth_date_at,
        case when acquired_on is not null then acquired_on_place * copies + n end
            as acquired_on_at
    from numbered
    left join mapping_places
        on numbered._mapping = mapping_places.mapping
),
final as (
    select
        customer_id,
        min_by(parent_id, parent_id_at) as parent_id,
        min_by(owner_id, owner_id_at) as owner_id,
        min_by(kind, kind_at) as kind,
        min_by(gender, gender_at) as gender,
        min_by(region, region_at) as region,
        min_by(country, country_at) as country,
        min_by(city, city_at) as city,
        min_by(industry, industry_at) as industry,
        min_by(channel, channel_at) as channel,
        min_by(annual_income, annual_income_at) as annual_income,
        min_by(acquisition_cost, acquisition_cost_at) as acquisition_cost,
        min_by(age, age_at) as age,
        min_by(birth_date, birth_date_at) as birth_date,
        min_by(acquired_on, acquired_on_at) as acquired_on
    from placed
    group by customer_id
)
select * from final
