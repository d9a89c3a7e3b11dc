-- One contract, in the company's currency: an amount in another one is converted by the
-- rate of the day on which the contract starts, once, half away from zero. Of a
-- contract that was loaded more than once the first copy counts, by the order of the
-- mappings in pharos.yaml, then by file and line.
-- grain: contract_id
-- needs: none
-- view: yes
-- units: amount money
with
foreign_currencies as (
    select * from staging.foreign_currencies
),
contracts as (
    select * from raw.contracts
),
foreign_contracts as (
    select * from staging.foreign_contracts
),
converted as (
    select
        contracts.contract_id, contracts.customer_id,
        contracts.renews_contract_id, contracts.owner_id,
        contracts.period, contracts.status,
        contracts.amount,
        contracts.starts_on, contracts.ends_on,
        contracts.signed_on, contracts.cancelled_on,
        contracts._source, contracts._mapping, contracts._file, contracts._line
    from contracts
    left join foreign_currencies
        on contracts.currency = foreign_currencies.currency
    where foreign_currencies.currency is null
    union all
    select
        contract_id, customer_id, renews_contract_id, owner_id, period, status,
        cast(amount * rate as decimal(18, 4)) as amount,
        starts_on, ends_on, signed_on, cancelled_on,
        _source, _mapping, _file, _line
    from foreign_contracts
    where rule is null
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
    from converted
),
identities as (
    select source_id, customer_id from run.identities
),
final as (
    select
        numbered.contract_id,
        coalesce(identities.customer_id, numbered.customer_id) as customer_id,
        renews_contract_id, owner_id,
        period, status,
        amount,
        starts_on, ends_on, signed_on, cancelled_on,
        _source, _file, _line
    from numbered
    left join identities
        on numbered.customer_id = identities.source_id
    where copy_number = 1
)
select * from final
