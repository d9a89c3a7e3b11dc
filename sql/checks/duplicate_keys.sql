-- A loaded table and how many of its rows repeat a key that must be unique. One row of
-- each key counts, by the order of the mappings in pharos.yaml.
-- grain: table_name
-- needs: none
-- severity: warning
-- units: failing count, tested count

with loads as (
    select * from run.loads
),
duplicate_keys as (
    select * from raw.duplicate_keys
),
repeated as (
    select table_name, sum(duplicate_keys.rows - 1) as surplus
    from duplicate_keys
    group by table_name
),
loaded as (
    select table_name, sum(loads.rows) as loaded_rows
    from loads
    group by table_name
),
final as (
    select
        loaded.table_name,
        cast(coalesce(repeated.surplus, 0) as bigint) as failing,
        cast(loaded.loaded_rows as bigint) as tested
    from loaded
    left join repeated
        on loaded.table_name = repeated.table_name
)
select * from final
