-- One entry of the finance ledger before the as-of day. An entry that was delivered
-- twice, alike in everything, counts once; entries that share a number and differ are
-- lines of one voucher and all count.
-- grain: entry_id, copy_number
-- needs: none
-- view: yes
-- units: amount money
with
params as (
    select * from run.params
),
ledger as (
    select * from staging.ledger
),
repeated_entries as (
    select * from core.repeated_entries
),
once as (
    select
        ledger.entry_id, ledger.customer_id, ledger.order_id, ledger.contract_id,
        ledger.kind, ledger.account,
        ledger.amount,
        ledger.posted_on,
        1 as copy_number,
        ledger._source, ledger._file, ledger._line
    from ledger
    left join repeated_entries
        on ledger.entry_id = repeated_entries.entry_id
    where repeated_entries.entry_id is null
    union all
    select
        entry_id, customer_id, order_id, contract_id, kind, account, amount, posted_on,
        copy_number, _source, _file, _line
    from repeated_entries
),
final as (
    select
        once.entry_id, once.customer_id, once.order_id, once.contract_id,
        once.kind, once.account,
        once.amount,
        once.posted_on,
        once.copy_number,
        once._source, once._file, once._line
    from once
    cross join params
    where once.posted_on < params.as_of
)
select * from final
