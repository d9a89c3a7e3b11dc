-- One customer who was ever active before the end of a window of the report, W or the
-- one twelve months before, with their lifecycle state in the last month that was
-- complete then. Active in it they are new, returning or resurrected; active only in
-- the month before, dormant; active in neither, inactive. Who was first active later is
-- new.
-- grain: profit_window, customer_id
-- needs: none
with
profit_windows as (
    select * from core.profit_windows
),
customer_months as (
    select * from core.customer_months
),
last_months as (
    -- the month of the window's end has not ended before it, the one before has
    select
        profit_window, ends_on,
        cast(year(ends_on) * 12 + month(ends_on) - 1 as bigint) as month_index
    from profit_windows
    where kind = 'report'
),
placed as (
    select
        last_months.profit_window, customer_months.customer_id,
        customer_months.month_index, customer_months.previous_index,
        customer_months.month_index - last_months.month_index as distance
    from customer_months
    inner join last_months
        on customer_months.first_active_on < last_months.ends_on
),
summed as (
    select
        profit_window, customer_id,
        min(distance) as first_distance,
        max(case when distance <= 0 then distance end) as last_distance,
        max(case when distance = 0 then month_index - previous_index end) as pause
    from placed
    group by profit_window, customer_id
),
final as (
    select
        profit_window, customer_id,
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
