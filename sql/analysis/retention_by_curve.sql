-- Retention by segment, pooled: an age and a measure of mart retention_by over all the
-- cohorts of its grid whose period of that age is complete, the sum of the kept over
-- the sum of the sizes, or of the money.
-- grain: period_kind, by, value, age, measure
-- needs: order_lines
-- mart: yes
-- units: age periods, customers count, kept count
-- units: rate share, rate_low share, rate_high share
-- units: revenue_at_start money, revenue money
-- column: period_kind  day, week (ISO), month, …, fiscal_year, or elapsed_month, …
-- column: by  what the customers are divided by; all is nothing
-- column: value  the segment; (other): all but the twelve with the most customers
-- column: age  whole periods since the cohort's
-- column: measure  classic, unbounded, streak, revenue_weighted or net_revenue
-- column: customers  customers of the cohorts that have completed this age
-- column: kept  those of them whom the measure counts
-- column: rate  kept over customers, or revenue over revenue_at_start if above 0
-- column: rate_low  lower end of the 95 % Wilson interval; NULL for money
-- column: rate_high  upper end of the 95 % Wilson interval; NULL for money
-- column: revenue_at_start  for money: net revenue of the entry periods
-- column: revenue  for money: what of it, or against it, stands at this age
with
retention_pools as (
    select * from analysis.retention_pools
),
intervals as (
    select * from analysis.retention_intervals
),
final as (
    select
        cast(retention_pools.period_kind as varchar) as period_kind,
        cast(retention_pools.segmentation as varchar) as "by",
        cast(retention_pools.segment as varchar) as value,
        cast(retention_pools.age as bigint) as age,
        cast(retention_pools.measure as varchar) as measure,
        cast(retention_pools.customers as bigint) as customers,
        cast(retention_pools.kept as bigint) as kept,
        case
            when retention_pools.revenue_at_start is null
                then cast(intervals.rate as double)
            when retention_pools.revenue_at_start > 0
                then cast(retention_pools.revenue as double)
                    / nullif(cast(retention_pools.revenue_at_start as double), 0)
        end as rate,
        case
            when retention_pools.revenue_at_start is null then intervals.rate_low
        end as rate_low,
        case
            when retention_pools.revenue_at_start is null then intervals.rate_high
        end as rate_high,
        cast(retention_pools.revenue_at_start as decimal(38, 4)) as revenue_at_start,
        cast(retention_pools.revenue as decimal(38, 4)) as revenue
    from retention_pools
    left join intervals
        on retention_pools.customers = intervals.trials
        and retention_pools.kept = intervals.hits
)
select * from final
