-- A row, or a value of it, that did not reach the lake, or whose currency could not be
-- converted there, with all that is needed to find it.
-- grain: table_name, source, location, rule, column_name, value
-- needs: none
-- mart: yes
-- units: rows count
-- column: table_name  canonical table it was read for
-- column: source  name of the source
-- column: location  file and line, sheet and row, or the key
-- column: rule  what it broke: required, type, currency, missing_rate, ragged_line, …
-- column: column_name  canonical column, or none
-- column: value  the value as it stood there; empty for a value that is missing
-- column: rows  rows with the same location, rule and value

with quarantine as (
    select * from raw.quarantine
),
unconverted_rows as (
    select * from publish.listed_unconverted_rows
),
rows_set_aside as (
    select table_name, source, location, rule, column_name, value
    from quarantine
    union all
    select table_name, source, location, rule, column_name, value
    from unconverted_rows
),
final as (
    select
        cast(coalesce(table_name, 'unknown') as varchar) as table_name,
        cast(coalesce(source, 'unknown') as varchar) as source,
        cast(coalesce(location, 'unknown') as varchar) as location,
        cast(coalesce(rule, 'unknown') as varchar) as rule,
        cast(coalesce(column_name, 'none') as varchar) as column_name,
        cast(coalesce(value, '') as varchar) as value,
        cast(count(*) as bigint) as rows
    from rows_set_aside
    group by
        cast(coalesce(table_name, 'unknown') as varchar),
        cast(coalesce(source, 'unknown') as varchar),
        cast(coalesce(location, 'unknown') as varchar),
        cast(coalesce(rule, 'unknown') as varchar),
        cast(coalesce(column_name, 'none') as varchar),
        cast(coalesce(value, '') as varchar)
)
select * from final
