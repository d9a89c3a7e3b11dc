-- A period of the calendar (day, week, month, quarter or year, as configured) in which
-- a customer was active at least once, with the periods of activity around it.
-- grain: customer_id, period_index
-- needs: none
-- column: period_index  consecutive number of the period
-- column: cohort_index  period in which the customer was active for the first time
-- column: previous_index  period of activity before this one; NULL in the first
-- column: next_index  period of activity after this one; NULL in the last

with activity as (
    select * from core.activity
),
calendar as (
    select * from core.calendar
),
active_periods as (
    select activity.customer_id, calendar.period_index
    from activity
    inner join calendar
        on activity.active_on = calendar.day
    group by activity.customer_id, calendar.period_index
),
final as (
    select
        customer_id,
        period_index,
        min(period_index) over same_customer as cohort_index,
        lag(period_index) over same_customer as previous_index,
        lead(period_index) over same_customer as next_index
    from active_periods
    window same_customer as (partition by customer_id order by period_index)
)
select * from final
