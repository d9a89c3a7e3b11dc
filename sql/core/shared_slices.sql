-- The ledger entries of one kind in a slice of time that name nobody, and their sum.
-- grain: kind, slice
-- needs: none
-- units: entries count, amount money
with
ledger_entries as (
    select * from core.ledger_entries
),
day_slices as (
    select * from core.day_slices
),
final as (
    select
        ledger_entries.kind, day_slices.slice,
        count(*) as entries,
        cast(sum(ledger_entries.amount) as decimal(38, 4)) as amount
    from ledger_entries
    inner join day_slices
        on ledger_entries.posted_on = day_slices.day
    where ledger_entries.via = 'shared'
    group by ledger_entries.kind, day_slices.slice
)
select * from final
