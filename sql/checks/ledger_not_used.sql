-- The finance ledger: its entries before D, all of them failing, because no figure
-- stands on the ledger yet. Profit is margin of the order lines until it does.
-- grain: table_name
-- needs: ledger
-- severity: warning
-- units: failing count, tested count

with ledger as (
    select * from staging.ledger
),
params as (
    select * from run.params
),
final as (
    select
        'ledger' as table_name,
        count(*) as failing,
        count(*) as tested
    from ledger
    cross join params
    where ledger.posted_on < params.as_of
)
select * from final
