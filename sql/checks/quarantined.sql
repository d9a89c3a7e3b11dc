-- A loaded table and how many of its rows are in no figure: those that did not reach
-- the lake, and those whose currency could not be converted.
-- grain: table_name
-- needs: none
-- severity: warning
-- units: failing count, tested count

with loads as (
    select * from run.loads
),
unconverted_rows as (
    select * from staging.unconverted_rows
),
loaded as (
    select
        table_name,
        sum(loads.quarantined) as quarantined,
        sum(loads.rows) as rows_kept
    from loads
    group by table_name
),
unconverted as (
    select table_name, count(*) as rows_set_aside
    from unconverted_rows
    group by table_name
),
final as (
    select
        loaded.table_name,
        cast(loaded.quarantined + coalesce(unconverted.rows_set_aside, 0) as bigint)
            as failing,
        cast(loaded.rows_kept + loaded.quarantined as bigint) as tested
    from loaded
    left join unconverted
        on loaded.table_name = unconverted.table_name
)
select * from final
