-- One contract. Of a contract that was loaded more than once the first copy counts, by
-- the order of the mappings in pharos.yaml, then by file and line.
-- grain: contract_id
-- needs: none
-- view: yes
-- units: amount money
with
contracts as (
    select * from raw.contracts
),
identities as (
    select source_id, customer_id from run.identities
),
numbered as (
    select
        contract_id,
        coalesce(identities.customer_id, contracts.customer_id) as customer_id,
        renews_contract_id, owner_id,
        period, status,
        amount,
        starts_on, ends_on, signed_on, cancelled_on,
        row_number() over (
            partition by contract_id
            order by
                _mapping nulls last, _file nulls last, _line nulls last,
                contracts.customer_id nulls last, renews_contract_id nulls last,
                owner_id nulls last, period nulls last, status nulls last,
                amount nulls last, starts_on nulls last, ends_on nulls last,
                signed_on nulls last, cancelled_on nulls last
        ) as copy_number
    from contracts
    left join identities
        on contracts.customer_id = identities.source_id
),
final as (
    select
        contract_id, customer_id, renews_contract_id, owner_id,
        period, status,
        amount,
        starts_on, ends_on, signed_on, cancelled_on
    from numbered
    where copy_number = 1
)
select * from final
