-- One entry number that more than one loaded ledger entry has. Empty, and not looked
-- for, unless the load found repeated numbers.
-- grain: entry_id
-- needs: none
with
ledger as (
    select * from staging.ledger
),
duplicate_keys as (
    select * from raw.duplicate_keys
),
occasion as (
    select table_name
    from duplicate_keys
    where table_name = 'ledger'
    group by table_name
),
final as (
    select ledger.entry_id
    from ledger
    cross join occasion
    group by ledger.entry_id
    having count(*) > 1
)
select * from final
