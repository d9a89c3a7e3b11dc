-- A period and a measure: how many of the customers who were active in the period
-- before were active in this one too. The last row is marked in_progress while its
-- period runs.
-- grain: period, measure
-- needs: order_lines
-- mart: yes
-- units: at_start count, kept count
-- units: rate share, rate_low share, rate_high share
-- column: period  first day of the later period
-- column: measure  customers: active in both periods over active in the earlier one
-- column: at_start  customers active in the period before
-- column: kept  those of them who were active in this period too
-- column: rate  kept divided by at_start; NULL when nobody was active before
-- column: rate_low  lower end of the 95 % Wilson interval
-- column: rate_high  upper end of the 95 % Wilson interval
-- column: state  observed or in_progress

with period_steps as (
    select * from analysis.period_steps
),
intervals as (
    select * from analysis.intervals
),
final as (
    select
        cast(period_steps.period_on as date) as period,
        cast('customers' as varchar) as measure,
        cast(period_steps.at_start as bigint) as at_start,
        cast(period_steps.kept as bigint) as kept,
        cast(intervals.rate as double) as rate,
        cast(intervals.rate_low as double) as rate_low,
        cast(intervals.rate_high as double) as rate_high,
        cast(period_steps.state as varchar) as state
    from period_steps
    left join intervals
        on period_steps.at_start = intervals.trials
        and period_steps.kept = intervals.hits
)
select * from final
