-- An age in whole periods and a measure over all cohorts whose period of that age is
-- complete: the pooled retention rate, the sum of the active over the sum of the sizes.
-- grain: age, measure
-- needs: order_lines
-- mart: yes
-- units: age periods, customers count, kept count
-- units: rate share, rate_low share, rate_high share
-- column: age  whole periods since the cohort's period
-- column: measure  classic (active in that period) or unbounded (in it or later)
-- column: customers  customers of the cohorts that have completed this age
-- column: kept  those of them who were active
-- column: rate  kept divided by customers
-- column: rate_low  lower end of the 95 % Wilson interval
-- column: rate_high  upper end of the 95 % Wilson interval

with pooled_ages as (
    select * from analysis.pooled_ages
),
intervals as (
    select * from analysis.intervals
),
final as (
    select
        cast(pooled_ages.age as bigint) as age,
        cast(pooled_ages.measure as varchar) as measure,
        cast(pooled_ages.customers as bigint) as customers,
        cast(pooled_ages.kept as bigint) as kept,
        cast(intervals.rate as double) as rate,
        cast(intervals.rate_low as double) as rate_low,
        cast(intervals.rate_high as double) as rate_high
    from pooled_ages
    left join intervals
        on pooled_ages.customers = intervals.trials
        and pooled_ages.kept = intervals.hits
)
select * from final
