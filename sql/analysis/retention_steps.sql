-- A grid of mart retention_by, a customer, and an age at which the customer was active:
-- the net revenue of these days of activity. Ages count calendar periods since the
-- cohort's, or, in an elapsed grid, whole periods since the customer's own first day.
-- grain: period_kind, customer_id, age
-- needs: order_lines
-- units: age periods, revenue money, weight money
-- column: weight  the customer's net revenue at age 0, at least 0
-- column: is_streak  the customer was active at every age from 0 to this one
-- column: is_last  the customer was not active at any later age
with
activity as (
    select * from core.activity
),
retention_entries as (
    select * from analysis.retention_entries
),
elapsed_ages as (
    select * from analysis.elapsed_ages
),
retention_grids as (
    select * from run.retention_grids
),
retention_calendar as (
    select * from run.retention_calendar
),
periods as (
    select
        retention_grids.period_kind, retention_calendar.unit,
        retention_calendar.day, retention_calendar.period_index
    from retention_calendar
    inner join retention_grids
        on retention_calendar.unit = retention_grids.unit
    where not retention_grids.is_elapsed
),
days as (
    select
        periods.period_kind, activity.customer_id,
        periods.period_index - retention_entries.cohort_index as age,
        activity.net_revenue
    from activity
    inner join periods
        on activity.active_on = periods.day
    inner join retention_entries
        on activity.customer_id = retention_entries.customer_id
        and periods.unit = retention_entries.unit
    union all
    select
        elapsed_ages.period_kind, activity.customer_id,
        elapsed_ages.age,
        activity.net_revenue
    from activity
    inner join retention_entries
        on activity.customer_id = retention_entries.customer_id
    inner join retention_grids
        on retention_entries.unit = retention_grids.unit
        and retention_grids.is_elapsed
    inner join elapsed_ages
        on retention_grids.period_kind = elapsed_ages.period_kind
        and retention_entries.entry_on = elapsed_ages.entry_on
        and activity.active_on = elapsed_ages.on_day
),
ages as (
    select
        period_kind, customer_id, age,
        cast(sum(net_revenue) as decimal(38, 4)) as revenue
    from days
    group by period_kind, customer_id, age
),
final as (
    select
        period_kind, customer_id, age, revenue,
        first_value(case when age = 0 and revenue > 0 then revenue else 0 end)
            over by_age as weight,
        row_number() over by_age = age + 1 as is_streak,
        lead(age) over by_age is null as is_last
    from ages
    window by_age as (partition by period_kind, customer_id order by age)
)
select * from final
