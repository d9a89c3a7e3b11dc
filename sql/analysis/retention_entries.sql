-- A customer and a unit of mart retention_by: the day on which the customer entered,
-- and the cohort, the period of the unit that the day lies in. The day is that of the
-- first activity, or, with `cohorts: acquired_on`, the day on which the customer was
-- won, where that is known and lies before the first activity and before D.
-- grain: customer_id, unit
-- needs: order_lines
-- column: cohort_index  consecutive number of the period
-- column: cohort_on  first day of the period
with
customers as (
    select * from core.customers
),
activity_spans as (
    select * from analysis.activity_spans
),
retention_calendar as (
    select * from run.retention_calendar
),
params as (
    select * from run.params
),
entered as (
    select
        customers.customer_id,
        case
            when params.retention_cohorts = 'acquired_on'
                and customers.acquired_on >= date '1900-01-01'
                and customers.acquired_on < params.as_of
                and customers.acquired_on
                    < coalesce(activity_spans.first_active_on, params.as_of)
                then customers.acquired_on
            else activity_spans.first_active_on
        end as entry_on
    from customers
    cross join params
    left join activity_spans
        on customers.customer_id = activity_spans.customer_id
),
final as (
    select
        entered.customer_id,
        retention_calendar.unit,
        retention_calendar.period_index as cohort_index,
        entered.entry_on,
        retention_calendar.period_on as cohort_on
    from entered
    inner join retention_calendar
        on entered.entry_on = retention_calendar.day
)
select * from final
