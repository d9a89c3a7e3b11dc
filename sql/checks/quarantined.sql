-- A loaded table and how many of its rows did not reach the lake.
-- grain: table_name
-- needs: none
-- severity: warning
-- units: failing count, tested count

with loads as (
    select * from run.loads
),
final as (
    select
        table_name,
        cast(sum(loads.quarantined) as bigint) as failing,
        cast(sum(loads.rows + loads.quarantined) as bigint) as tested
    from loads
    group by table_name
)
select * from final
