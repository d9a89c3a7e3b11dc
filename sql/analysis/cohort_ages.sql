-- How many customers of one cohort (first active in the same period) were active a
-- number of periods later, and for how many that was the last time. An age at which
-- nobody was active has no row.
-- grain: cohort_index, age
-- needs: none
-- units: age periods, active count, last_seen count

with customer_periods as (
    select * from analysis.customer_periods
),
customer_spans as (
    select
        customer_id,
        min(period_index) as cohort_index,
        max(period_index) as last_index,
        min(period_on) as cohort_on
    from customer_periods
    group by customer_id
),
final as (
    select
        customer_spans.cohort_index,
        customer_spans.cohort_on,
        customer_periods.period_index - customer_spans.cohort_index as age,
        count(*) as active,
        cast(sum(
            case
                when customer_periods.period_index = customer_spans.last_index then 1
                else 0
            end
        ) as bigint) as last_seen
    from customer_periods
    inner join customer_spans
        on customer_periods.customer_id = customer_spans.customer_id
    group by
        customer_spans.cohort_index,
        customer_spans.cohort_on,
        customer_periods.period_index - customer_spans.cohort_index
)
select * from final
