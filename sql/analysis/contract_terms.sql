-- A contract that was known before D, with the day on which it ends: the day of its
-- cancellation, if that lies before D and before its term ends, else the end of its
-- term; NULL for a contract without an end. It is active from starts_on until the day
-- before ended_on.
-- grain: contract_id
-- needs: none

with contracts as (
    select * from staging.contracts
),
params as (
    select * from run.params
),
final as (
    select
        contracts.contract_id,
        contracts.customer_id,
        contracts.starts_on,
        case
            when contracts.cancelled_on < params.as_of
                and contracts.cancelled_on < coalesce(contracts.ends_on, params.as_of)
                then contracts.cancelled_on
            else contracts.ends_on
        end as ended_on
    from contracts
    cross join params
    where contracts.starts_on < params.as_of or contracts.signed_on < params.as_of
)
select * from final
