-- The finance ledger, failing when its revenue less discounts and refunds is not the
-- net value of the order lines less the returns, over all history before D.
-- grain: table_name
-- needs: ledger, order_lines
-- severity: warning
-- units: failing count, tested count

with report_ledger as (
    select * from publish.report_ledger
),
final as (
    select
        'ledger' as table_name,
        case when difference = 0 then 0 else 1 end as failing,
        1 as tested
    from report_ledger
)
select * from final
