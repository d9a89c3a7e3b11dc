-- One ledger entry before the as-of day with the customer it belongs to: the one it
-- names, else the one of its order, else the one of its contract. An entry that names
-- nobody is shared; it and an entry whose order or contract leads to nobody are
-- `unassigned`.
-- grain: entry_id, copy_number
-- needs: none
-- view: yes
-- units: amount money
-- column: via  customer, order, contract or shared: how the entry names its customer
-- column: is_known_kind  whether profit knows what the kind of the entry is
with
single_entries as (
    select * from core.single_entries
),
ledger_orders as (
    select * from core.ledger_orders
),
contracts as (
    select * from staging.contracts
),
final as (
    select
        single_entries.entry_id,
        coalesce(
            single_entries.customer_id, nullif(ledger_orders.customer_id, 'unassigned'),
            contracts.customer_id, 'unassigned'
        ) as customer_id,
        case
            when single_entries.customer_id is not null then 'customer'
            when ledger_orders.customer_id <> 'unassigned' then 'order'
            when contracts.customer_id is not null then 'contract'
            when single_entries.order_id is not null then 'order'
            when single_entries.contract_id is not null then 'contract'
            else 'shared'
        end as via,
        single_entries.order_id, single_entries.contract_id,
        single_entries.kind, single_entries.account,
        single_entries.kind in (
            'revenue', 'discount', 'refund', 'cogs', 'service', 'selling', 'overhead',
            'bad_debt'
        ) as is_known_kind,
        single_entries.amount,
        single_entries.posted_on,
        single_entries.copy_number,
        single_entries._source, single_entries._file, single_entries._line
    from single_entries
    left join ledger_orders
        on single_entries.customer_id is null
        and single_entries.order_id = ledger_orders.order_id
    left join contracts
        on single_entries.customer_id is null
        and coalesce(ledger_orders.customer_id, 'unassigned') = 'unassigned'
        and single_entries.contract_id = contracts.contract_id
)
select * from final
