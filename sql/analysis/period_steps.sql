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
    select
        period_index,
        count(*) as customers,
        count(case when period_index = previous_index + 1 then 1 end) as kept
    from customer_periods
    group by period_index
),
final as (
    select
        periods.period_index,
        periods.state,
        coalesce(earlier.customers, 0) as at_start,
        coalesce(later.kept, 0) as kept,
        periods.period_on
    from periods
    left join active as earlier
        on periods.period_index = earlier.period_index + 1
    left join active as later
        on periods.period_index = later.period_index
)
select * from final
