-- A period of the calendar (day, week, month, quarter or year, as configured) in which
-- a customer was active at least once.
-- grain: customer_id, period_index
-- needs: none
-- column: period_index  consecutive number of the period
-- column: period_on  first day of the period

with activity as (
    select * from core.activity
),
calendar as (
    select * from core.calendar
),
final as (
    select
        activity.customer_id,
        calendar.period_index,
        calendar.period_on
    from activity
    inner join calendar
        on activity.active_on = calendar.day
    group by activity.customer_id, calendar.period_index, calendar.period_on
)
select * from final
