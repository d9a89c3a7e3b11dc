-- One customer who was ever active, with their lifecycle state in the last complete
-- month. Active in it they are new, returning or resurrected; active only in the month
-- before, dormant; active in neither, inactive. Who was first active later is new.
-- grain: customer_id
-- needs: none
with
params as (
    select * from run.params
),
customer_months as (
    select * from core.customer_months
),
last_months as (
    -- the month of the as-of day has not ended before it, the one before has
    select cast(year(as_of) * 12 + month(as_of) - 1 as bigint) as month_index
    from params
),
placed as (
    select
        customer_months.customer_id,
        customer_months.month_index, customer_months.previous_index,
        customer_months.month_index - last_months.month_index as distance
    from customer_months
    cross join last_months
),
summed as (
    select
        customer_id,
        min(distance) as first_distance,
        max(case when distance <= 0 then distance end) as last_distance,
        max(case when distance = 0 then month_index - previous_index end) as pause
    from placed
    group by customer_id
),
final as (
    select
        customer_id,
        case
            when first_distance >= 0 then 'new'
            when last_distance = 0 and pause = 1 then 'returning'
            when last_distance = 0 then 'resurrected'
            when last_distance = -1 then 'dormant'
            else 'inactive'
        end as state
    from summed
)
select * from final
