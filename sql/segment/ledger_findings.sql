-- One ledger entry before the as-of day that leads to no customer although it names an
-- order or a contract, or whose kind profit does not know; and one shared kind that a
-- declared driver could not divide. None is dropped: their amounts stay unassigned.
-- grain: entry_id, finding
-- needs: ledger
-- mart: yes
-- units: amount money, entries count
-- column: entry_id  the entry, or the kind of the shared ones
-- column: finding  unknown_order, order_without_customer, unknown_contract,
--   unknown_kind or no_driver
-- column: named  the order, contract, kind or driver in question
-- column: entries  how many entries this is
-- column: amount  what they come to
with
ledger_entries as (
    select * from core.ledger_entries
),
ledger_orders as (
    select * from core.ledger_orders
),
shared_pools as (
    select * from core.shared_pools where profit_window = 'current'
),
found as (
    select
        ledger_entries.entry_id,
        case
            when ledger_orders.order_id is null then 'unknown_order'
            else 'order_without_customer'
        end as finding,
        ledger_entries.order_id as named, ledger_entries.amount, 1 as entries
    from ledger_entries
    left join ledger_orders
        on ledger_entries.order_id = ledger_orders.order_id
    where ledger_entries.customer_id = 'unassigned' and ledger_entries.via = 'order'
    union all
    select entry_id, 'unknown_contract', contract_id, amount, 1
    from ledger_entries
    where customer_id = 'unassigned' and via = 'contract'
    union all
    select entry_id, 'unknown_kind', kind, amount, 1
    from ledger_entries
    where not is_known_kind
    union all
    select kind, 'no_driver', driver, amount, entries
    from shared_pools
    where driver is not null and weights is null
),
final as (
    select
        cast(entry_id as varchar) as entry_id,
        cast(finding as varchar) as finding,
        cast(min(named) as varchar) as named,
        cast(sum(entries) as bigint) as entries,
        cast(sum(amount) as decimal(38, 4)) as amount
    from found
    group by entry_id, finding
)
select * from final
