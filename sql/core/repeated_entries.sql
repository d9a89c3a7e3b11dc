-- One of the different ledger entries that share an entry number.
-- grain: entry_id, copy_number
-- needs: none
-- units: amount money
with
ledger as (
    select * from staging.ledger
),
repeated_numbers as (
    select * from core.repeated_numbers
),
different as (
    select
        ledger.entry_id, ledger.customer_id, ledger.order_id, ledger.contract_id,
        ledger.kind, ledger.account,
        ledger.amount,
        ledger.posted_on,
        min(ledger._source) as _source,
        min(ledger._file) as _file, min(ledger._line) as _line
    from ledger
    inner join repeated_numbers
        on ledger.entry_id = repeated_numbers.entry_id
    group by
        ledger.entry_id, ledger.customer_id, ledger.order_id, ledger.contract_id,
        ledger.kind, ledger.account, ledger.amount, ledger.posted_on
),
final as (
    select
        entry_id, customer_id, order_id, contract_id,
        kind, account,
        amount,
        posted_on,
        row_number() over (
            partition by entry_id
            order by
                posted_on, kind, account nulls last, amount, customer_id nulls last,
                order_id nulls last, contract_id nulls last
        ) as copy_number,
        _source, _file, _line
    from different
)
select * from final
