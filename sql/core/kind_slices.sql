-- One kind of ledger entries in a slice of time: what belongs to customers directly,
-- what names an order or a contract that leads to nobody, and what names nobody at all.
-- grain: kind, slice
-- needs: none
-- units: assigned money, unresolved money, shared money, shared_entries count
with
ledger_entries as (
    select * from core.ledger_entries
),
day_slices as (
    select * from core.day_slices
),
placed as (
    select
        ledger_entries.kind, day_slices.slice, ledger_entries.amount,
        case
            when ledger_entries.via = 'shared' then 'shared'
            when ledger_entries.customer_id = 'unassigned' then 'unresolved'
            when not ledger_entries.is_known_kind then 'unresolved'
            else 'assigned'
        end as place
    from ledger_entries
    inner join day_slices
        on ledger_entries.posted_on = day_slices.day
),
final as (
    select
        kind, slice,
        cast(sum(case when place = 'assigned' then amount end) as decimal(38, 4))
            as assigned,
        cast(sum(case when place = 'unresolved' then amount end) as decimal(38, 4))
            as unresolved,
        cast(sum(case when place = 'shared' then amount end) as decimal(38, 4))
            as shared,
        count(case when place = 'shared' then 1 end) as shared_entries
    from placed
    group by kind, slice
)
select * from final
