-- A table whose source changed its columns since the load before, and how many of the
-- changes were taken with a warning or made the table stay as it was last read. Changes
-- that pharos.yaml accepts are counted and do not fail.
-- grain: table_name
-- needs: none
-- severity: warning
-- units: failing count, tested count

with drift as (
    select * from run.drift
),
final as (
    select
        table_name,
        cast(
            sum(case when outcome in ('warn', 'hold') then 1 else 0 end) as bigint
        ) as failing,
        cast(count(*) as bigint) as tested
    from drift
    group by table_name
)
select * from final
