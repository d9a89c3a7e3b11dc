-- Something that is wrong with a contract that was known before D, and what is made of
-- it. ends_before_start and cancelled_before_start: never in force, in no figure of
-- contracts. negative_amount: a credit, in no figure of contracts. no_value: no
-- amount, or a term without an end; in force, and due where it ends, but in no value
-- and no count of customers. renews_itself, renews_unknown, renews_stranger (another
-- customer's), renews_later (one that did not begin before, so also every circle): it
-- renews nothing.
-- grain: contract_id, rule
-- needs: none
with
contracts as (
    select * from staging.contracts
),
params as (
    select * from run.params
),
known as (
    select
        contracts.contract_id, contracts.customer_id, contracts.renews_contract_id,
        contracts.period, contracts.amount,
        contracts.starts_on, contracts.ends_on, contracts.cancelled_on,
        contracts._source, contracts._file, contracts._line
    from contracts
    cross join params
    where contracts.starts_on < params.as_of or contracts.signed_on < params.as_of
),
linked as (
    select
        known.contract_id,
        case
            when known.renews_contract_id = known.contract_id then 'renews_itself'
            when earlier.contract_id is null then 'renews_unknown'
            when earlier.customer_id <> known.customer_id then 'renews_stranger'
            when earlier.starts_on >= known.starts_on then 'renews_later'
        end as rule
    from known
    left join contracts as earlier
        on known.renews_contract_id = earlier.contract_id
    where known.renews_contract_id is not null
),
found as (
    select contract_id, 'ends_before_start' as rule
    from known
    where ends_on <= starts_on
    union all
    select known.contract_id, 'cancelled_before_start'
    from known
    cross join params
    where known.cancelled_on <= known.starts_on
        and known.cancelled_on < params.as_of
        and coalesce(known.ends_on > known.starts_on, true)
    union all
    select contract_id, 'negative_amount'
    from known
    where amount < 0
    union all
    select contract_id, 'no_value'
    from known
    where amount = 0
        or (
            amount > 0 and ends_on is null
            and coalesce(period not in ('month', 'year'), true)
        )
    union all
    select contract_id, rule
    from linked
    where rule is not null
),
final as (
    select
        found.contract_id, found.rule,
        known.customer_id, known.renews_contract_id,
        known.starts_on, known.ends_on, known.cancelled_on, known.amount,
        known._source, known._file, known._line
    from found
    inner join known
        on found.contract_id = known.contract_id
)
select * from final
