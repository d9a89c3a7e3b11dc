-- A cohort (customers whose first activity falls in one period), its age in whole
-- periods and a measure: how many of the cohort were active, with a 95 % Wilson
-- interval. classic counts activity in that very period, unbounded activity in that
-- period or any later one: it is biased low for recent cohorts and still growing.
-- grain: cohort, age, measure
-- needs: order_lines
-- mart: yes
-- units: age periods, cohort_size count, active count
-- units: rate share, rate_low share, rate_high share
-- column: cohort  first day of the period in which the cohort began
-- column: age  whole periods since the cohort's period
-- column: measure  classic or unbounded
-- column: cohort_size  customers of the cohort
-- column: active  customers active at that age; NULL in the future
-- column: rate  active divided by cohort_size
-- column: rate_low  lower end of the 95 % Wilson interval
-- column: rate_high  upper end of the 95 % Wilson interval
-- column: state  observed, in_progress (the period has begun, not ended) or future

with cohort_cells as (
    select * from analysis.cohort_cells
),
intervals as (
    select * from analysis.intervals
),
final as (
    select
        cast(cohort_cells.cohort_on as date) as cohort,
        cast(cohort_cells.age as bigint) as age,
        cast(cohort_cells.measure as varchar) as measure,
        cast(cohort_cells.cohort_size as bigint) as cohort_size,
        cast(cohort_cells.active as bigint) as active,
        cast(intervals.rate as double) as rate,
        cast(intervals.rate_low as double) as rate_low,
        cast(intervals.rate_high as double) as rate_high,
        cast(cohort_cells.state as varchar) as state
    from cohort_cells
    left join intervals
        on cohort_cells.cohort_size = intervals.trials
        and cohort_cells.active = intervals.hits
)
select * from final
