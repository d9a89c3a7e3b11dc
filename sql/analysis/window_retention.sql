-- One customer who was active in W a year before, whether they were kept, that is, are
-- active in W too, and what the ones who were kept brought and cost in W. Active is
-- whoever has an activity in the window, or revenue from a running contract. Nobody
-- stands here when W is all of history: then the year before is a part of it.
-- grain: customer_id
-- needs: none
-- units: profit money, cost_to_serve money
with
params as (
    select * from run.params
),
activity as (
    select * from core.activity
),
accruing_contracts as (
    select
        customer_id, starts_on,
        coalesce(accrues_until, date '9999-12-31') as accrues_until
    from core.accruing_contracts
    where amount > 0 and (accrues_until is null or accrues_until > starts_on)
),
customer_results as (
    select * from core.customer_results where profit_window = 'current'
),
sightings as (
    select
        activity.customer_id,
        case when activity.active_on < params.previous_as_of then 1 else 0 end
            as was_active,
        case when activity.active_on >= params.window_start then 1 else 0 end
            as is_active
    from activity
    cross join params
    where activity.active_on >= params.previous_window_start
        and params.previous_window_start < params.window_start
    union all
    select
        contracts.customer_id,
        case
            when contracts.starts_on < params.previous_as_of
                and contracts.accrues_until > params.previous_window_start then 1
            else 0
        end,
        case
            when contracts.starts_on < params.as_of
                and contracts.accrues_until > params.window_start then 1
            else 0
        end
    from accruing_contracts as contracts
    cross join params
    where params.previous_window_start < params.window_start
),
customers as (
    select customer_id, max(is_active) as is_active
    from sightings
    group by customer_id
    having max(was_active) = 1
),
final as (
    select
        customers.customer_id,
        coalesce(customer_results.basis, 'none') as basis,
        coalesce(customer_results.profit, 0) as profit,
        coalesce(customer_results.cost_to_serve, 0) as cost_to_serve,
        customers.is_active = 1 as is_kept
    from customers
    left join customer_results
        on customers.customer_id = customer_results.customer_id
)
select * from final
