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
contract_accruals as (
    select * from core.contract_accruals
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
        contract_accruals.customer_id,
        case when contract_accruals.profit_window = 'previous' then 1 else 0 end,
        case when contract_accruals.profit_window = 'current' then 1 else 0 end
    from contract_accruals
    cross join params
    where contract_accruals.profit_window in ('previous', 'current')
        and contract_accruals.revenue > 0
        and params.previous_window_start < params.window_start
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
