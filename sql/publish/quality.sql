-- A check of one table and what it found. The checks run last; their results are handed
-- to this mart as run.check_results.
-- grain: check_name, table_name
-- needs: none
-- mart: yes
-- units: failing count, tested count
-- column: check_name  name of the check
-- column: table_name  table, mart or relation that was looked at
-- column: severity  error holds the run back, warning is shown
-- column: failing  rows, or other things counted, that failed
-- column: tested  rows, or other things counted, that were looked at
-- column: verdict  passed, warning or failed
-- column: detail  what failed, by name, where the check says it

with check_results as (
    select * from run.check_results
),
final as (
    select
        cast(check_name as varchar) as check_name,
        cast(table_name as varchar) as table_name,
        cast(severity as varchar) as severity,
        cast(failing as bigint) as failing,
        cast(tested as bigint) as tested,
        cast(verdict as varchar) as verdict,
        cast(detail as varchar) as detail
    from check_results
)
select * from final
