-- One mapping of customers, with its place in the order of precedence of each column: 0
-- is the mapping that is asked first.
-- grain: mapping
-- needs: none
-- view: yes
with
precedence as (
    select * from run.precedence
),
final as (
    select
        mapping,
        max(case when column_name = 'name' then place end) as name_place,
        max(case when column_name = 'email' then place end) as email_place,
        max(case when column_name = 'phone' then place end) as phone_place,
        max(case when column_name = 'parent_id' then place end) as parent_id_place,
        max(case when column_name = 'owner_id' then place end) as owner_id_place,
        max(case when column_name = 'kind' then place end) as kind_place,
        max(case when column_name = 'gender' then place end) as gender_place,
        max(case when column_name = 'region' then place end) as region_place,
        max(case when column_name = 'country' then place end) as country_place,
        max(case when column_name = 'city' then place end) as city_place,
        max(case when column_name = 'industry' then place end) as industry_place,
        max(case when column_name = 'channel' then place end) as channel_place,
        max(case when column_name = 'annual_income' then place end)
            as annual_income_place,
        max(case when column_name = 'acquisition_cost' then place end)
            as acquisition_cost_place,
        max(case when column_name = 'age' then place end) as age_place,
        max(case when column_name = 'birth_date' then place end) as birth_date_place,
        max(case when column_name = 'acquired_on' then place end) as acquired_on_place
    from precedence
    group by mapping
)
select * from final
