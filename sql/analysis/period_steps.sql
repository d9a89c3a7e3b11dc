-- A step from one period to the next: who was active in the earlier period, and who of
-- them in the later one too. Steps begin with the first active period and end with the
-- period of the day before D, which is in progress unless D is its end.
-- grain: period_index
-- needs: none
-- units: at_start count, kept count
-- column: period_on  first day of the later period

with customer_periods as (
    select * from analysis.customer_periods
),
calendar as (
    select * from core.calendar
),
params as (
    select * from run.params
),
first_period as (
    select min(period_index) as first_index
    from customer_periods
),
periods as (
    select distinct
        calendar.period_index,
        calendar.period_on,
        case
            when calendar.next_period_on <= params.as_of then 'observed'
            else 'in_progress'
        end as state
    from calendar
    cross join params
    cross join first_period
    where
        calendar.period_index > first_period.first_index
        and calendar.period_on <= params.last_day
),
active as (
    select period_index, count(*) as customers
    from customer_periods
    group by period_index
),
active_in_both as (
    select later.period_index, count(*) as customers
    from customer_periods as later
    inner join customer_periods as earlier
        on later.customer_id = earlier.customer_id
        and later.period_index = earlier.period_index + 1
    group by later.period_index
),
final as (
    select
        periods.period_index,
        periods.state,
        coalesce(active.customers, 0) as at_start,
        coalesce(active_in_both.customers, 0) as kept,
        periods.period_on
    from periods
    left join active
        on periods.period_index = active.period_index + 1
    left join active_in_both
        on periods.period_index = active_in_both.period_index
)
select * from final
