-- One row whose currency could not be converted, the first 100,000 of each table as
-- they are found; of more than that a last row says how many, as for rows that did not
-- reach the lake.
-- grain: table_name, source, location, rule, column_name, value
-- needs: none
-- view: yes
with
unconverted_rows as (
    select * from staging.unconverted_rows
),
numbered as (
    select
        table_name, source, location, rule, column_name, value,
        row_number() over (
            partition by table_name, source
            order by location, rule, column_name, value
        ) as place
    from unconverted_rows
),
final as (
    select table_name, source, location, rule, column_name, value
    from numbered
    where place <= 100000
    union all
    select
        table_name, source,
        cast(null as varchar) as location,
        'unlisted' as rule,
        cast(null as varchar) as column_name,
        concat(cast(count(*) as varchar), ' more rows are not listed') as value
    from numbered
    where place > 100000
    group by table_name, source
)
select * from final
