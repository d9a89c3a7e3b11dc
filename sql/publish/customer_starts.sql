-- A customer and the first day of what they did with us: of their first activity, or of
-- their first contract.
-- grain: customer_id
-- needs: none

with activity as (
    select * from core.activity
),
contracts as (
    select * from staging.contracts
),
params as (
    select * from run.params
),
days as (
    select customer_id, active_on as started_on
    from activity
    union all
    select contracts.customer_id, contracts.starts_on
    from contracts
    cross join params
    where contracts.starts_on < params.as_of
),
final as (
    select customer_id, min(started_on) as started_on
    from days
    group by customer_id
)
select * from final
