-- One entry of the finance ledger, in the company's currency: an amount in another one
-- is converted by the rate of the day on which it was posted, once, half away from
-- zero.
-- grain: entry_id
-- needs: none
-- view: yes
-- units: amount money
with
foreign_currencies as (
    select * from staging.foreign_currencies
),
ledger as (
    select * from raw.ledger
),
foreign_entries as (
    select * from staging.foreign_entries
),
converted as (
    select
        ledger.entry_id, ledger.customer_id, ledger.order_id, ledger.contract_id,
        ledger.kind, ledger.account,
        ledger.amount,
        ledger.posted_on,
        ledger._source, ledger._mapping, ledger._file, ledger._line
    from ledger
    left join foreign_currencies
        on ledger.currency = foreign_currencies.currency
    where foreign_currencies.currency is null
    union all
    select
        entry_id, customer_id, order_id, contract_id,
        kind, account,
        cast(amount * rate as decimal(18, 4)) as amount,
        posted_on,
        _source, _mapping, _file, _line
    from foreign_entries
    where rule is null
),
identities as (
    select source_id, customer_id from run.identities
),
final as (
    select
        entry_id, order_id, contract_id,
        coalesce(identities.customer_id, converted.customer_id) as customer_id,
        kind, account,
        amount,
        posted_on,
        _source, _mapping, _file, _line
    from converted
    left join identities
        on converted.customer_id = identities.source_id
)
select * from final
