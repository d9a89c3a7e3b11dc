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
keyed as (
    -- plain equalities keep the joins fast
    select
        entry_id, customer_id, order_id, contract_id, kind, account, amount, posted_on,
        copy_number, _source, _file, _line,
        case when customer_id is null then order_id end as order_key,
        case when customer_id is null then contract_id end as contract_key
    from single_entries
),
final as (
    select
        keyed.entry_id,
        coalesce(
            keyed.customer_id, nullif(ledger_orders.customer_id, 'unassigned'),
            contracts.customer_id, 'unassigned'
        ) as customer_id,
        case
            when keyed.customer_id is not null then 'customer'
            when ledger_orders.customer_id <> 'unassigned' then 'order'
            when contracts.customer_id is not null then 'contract'
            when keyed.order_id is not null then 'order'
            when keyed.contract_id is not null then 'contract'
            else 'shared'
        end as via,
        keyed.order_id, keyed.contract_id,
        keyed.kind, keyed.account,
        keyed.kind in (
            'revenue', 'discount', 'refund', 'cogs', 'service', 'selling', 'overhead',
            'bad_debt'
        ) as is_known_kind,
        keyed.amount,
        keyed.posted_on,
        keyed.copy_number,
        keyed._source, keyed._file, keyed._line
    from keyed
    left join ledger_orders
        on keyed.order_key = ledger_orders.order_id
    left join contracts
        on keyed.contract_key = contracts.contract_id
)
select * from final
