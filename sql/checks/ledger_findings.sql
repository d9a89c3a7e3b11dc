-- The finance ledger, and how many of its entries before D lead to no customer although
-- they name an order or a contract, are of a kind that profit does not know, or could
-- not be divided by their driver: they are in the mart ledger_findings and stay
-- unassigned.
-- grain: table_name
-- needs: ledger
-- severity: warning
-- units: failing count, tested count

with ledger_findings as (
    select * from segment.ledger_findings
),
ledger_totals as (
    select * from core.ledger_totals
),
found as (
    select sum(entries) as entries
    from ledger_findings
),
posted as (
    select sum(entries) as entries
    from ledger_totals
),
final as (
    select
        'ledger' as table_name,
        coalesce(found.entries, 0) as failing,
        coalesce(posted.entries, 0) as tested
    from found
    cross join posted
)
select * from final
