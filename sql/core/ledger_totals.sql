-- One kind of ledger entries in a slice of time, and their sum as the ledger has it:
-- what everything that is computed from the ledger is compared with.
-- grain: kind, slice
-- needs: none
-- units: entries count, amount money
with
single_entries as (
    select * from core.single_entries
),
day_slices as (
    select * from core.day_slices
),
final as (
    select
        single_entries.kind, day_slices.slice,
        count(*) as entries,
        cast(sum(single_entries.amount) as decimal(38, 4)) as amount
    from single_entries
    inner join day_slices
        on single_entries.posted_on = day_slices.day
    group by single_entries.kind, day_slices.slice
)
select * from final
