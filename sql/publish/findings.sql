-- A row that a check warns of, with all that is needed to find it: of each check and
-- table the first 1,000 as they are found. The row counts as the check says; the number
-- of all of them stands in mart quality.
-- grain: check_name, table_name, source, location, value
-- needs: order_lines | returns | contracts | opportunities | surveys
-- mart: yes
-- units: rows count
-- column: check_name  name of the check, as in mart quality
-- column: source  name of the source
-- column: location  file and line, sheet and row, or the key
-- column: value  what the check is about, as it stands there
-- column: rows  rows with the same location and value

with found_rows as (
    select * from publish.found_rows
),
counted as (
    select
        check_name, table_name,
        coalesce(source, 'unknown') as source,
        location, value,
        count(*) as rows_there
    from found_rows
    group by check_name, table_name, coalesce(source, 'unknown'), location, value
),
numbered as (
    select
        check_name, table_name, source, location, value, rows_there,
        row_number() over (
            partition by check_name, table_name
            order by source, location, value
        ) as place
    from counted
),
final as (
    select
        cast(check_name as varchar) as check_name,
        cast(table_name as varchar) as table_name,
        cast(source as varchar) as source,
        cast(location as varchar) as location,
        cast(value as varchar) as value,
        cast(rows_there as bigint) as rows
    from numbered
    where place <= 1000
)
select * from final
