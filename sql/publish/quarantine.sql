-- A row, or a value of it, that did not reach the lake, with all that is needed to find
-- it.
-- grain: table_name, source, location, rule, column_name, value
-- needs: none
-- mart: yes
-- units: rows count
-- column: table_name  canonical table it was read for
-- column: source  name of the source
-- column: location  file and line, sheet and row, or the key
-- column: rule  what it broke: required, type, currency, ragged_line, …
-- column: column_name  canonical column, or none
-- column: value  the value as it stood there; empty for a value that is missing
-- column: rows  rows with the same location, rule and value

with quarantine as (
    select * from raw.quarantine
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
    from quarantine
    group by
        cast(coalesce(table_name, 'unknown') as varchar),
        cast(coalesce(source, 'unknown') as varchar),
        cast(coalesce(location, 'unknown') as varchar),
        cast(coalesce(rule, 'unknown') as varchar),
        cast(coalesce(column_name, 'none') as varchar),
        cast(coalesce(value, '') as varchar)
)
select * from final
