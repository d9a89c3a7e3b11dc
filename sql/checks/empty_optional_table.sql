-- A table that adds to the figures (customers, products, cases and the like), failing
-- when it is mapped and not one row of it reached the lake. What needs it comes out
-- empty.
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
        cast(case when sum(loads.rows) = 0 then 1 else 0 end as bigint) as failing,
        cast(1 as bigint) as tested
    from loads
    where table_name not in ('order_lines', 'contracts', 'ledger', 'opportunities')
    group by table_name
)
select * from final
