-- One entry of the finance ledger.
-- grain: entry_id
-- needs: none
-- view: yes
-- units: amount money
with
ledger as (
    select * from raw.ledger
),
final as (
    select
        entry_id, customer_id, order_id, contract_id,
        kind, account,
        amount,
        posted_on,
        _source, _file, _line
    from ledger
)
select * from final
