-- A table that figures stand on (order lines, contracts, ledger, opportunities),
-- failing when it is mapped and not one row of it reached the lake: a dead export must
-- not publish a quiet night.
-- grain: table_name
-- needs: none
-- severity: error
-- units: failing count, tested count

with loads as (
    select * from run.loads
),
final as (
    select
        table_name,
        cast(case when sum(loads.rows) = 0 then 1 else 0 end as bigint) as failing,
        cast(1 as bigint) as tested
    from loads
    where table_name in ('order_lines', 'contracts', 'ledger', 'opportunities')
    group by table_name
)
select * from final
