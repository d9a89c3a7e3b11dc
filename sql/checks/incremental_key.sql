-- A table that is to be read by its changes, and how many of its mappings are read
-- whole every night instead: the key that pharos.yaml names repeats, or some rows
-- cannot be known by it. The figures are right; the night takes longer.
-- grain: table_name
-- needs: none
-- severity: warning
-- units: failing count, tested count

with increments as (
    select * from run.increments
),
final as (
    select
        table_name,
        cast(sum(case when is_whole then 1 else 0 end) as bigint) as failing,
        cast(count(*) as bigint) as tested
    from increments
    group by table_name
)
select * from final
