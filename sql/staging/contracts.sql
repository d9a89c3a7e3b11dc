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
numbered as (
    select
        contract_id, customer_id, renews_contract_id, owner_id,
        period, status,
        amount,
        starts_on, ends_on, signed_on, cancelled_on,
        _source, _file, _line,
        row_number() over (
            partition by contract_id
            order by
                _mapping nulls last, _file nulls last, _line nulls last,
                customer_id nulls last, renews_contract_id nulls last,
                owner_id nulls last, period nulls last, status nulls last,
                amount nulls last, starts_on nulls last, ends_on nulls last,
                signed_on nulls last, cancelled_on nulls last
        ) as copy_number
    from contracts
),
final as (
    select
        contract_id, customer_id, renews_contract_id, owner_id,
        period, status,
        amount,
        starts_on, ends_on, signed_on, cancelled_on,
        _source, _file, _line
    from numbered
    where copy_number = 1
)
select * from final
