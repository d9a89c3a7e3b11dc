-- One entry of the finance ledger.
-- grain: entry_id
-- needs: none
-- view: yes
-- units: amount money
with
ledger as (
    select * from raw.ledger
),
identities as (
    select source_id, customer_id from run.identities
),
final as (
    select
        entry_id,
        coalesce(identities.customer_id, ledger.customer_id) as customer_id,
        order_id, contract_id,
        kind, account,
        amount,
        posted_on
    from ledger
    left join identities
        on ledger.customer_id = identities.source_id
)
select * from final
