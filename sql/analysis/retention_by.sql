-- Retention in every way that pharos.yaml asks for: a cohort within a segment, its age
-- and a measure. period_kind says how cohorts and ages are counted: by calendar period,
-- or elapsed_ and the period, by whole periods since the customer's own first day.
-- Segments are those of D, so a tier of today is compared with its own past. classic is
-- active in that period, unbounded in it or any later one, streak in it and in every
-- one before. revenue_weighted is classic with each customer weighing their net revenue
-- of the entry period (below zero: nothing), a share; net_revenue is the cohort's net
-- revenue of that period over its entry period's, which may pass 1. The marts
-- retention_by_curve and retention_grids pool the cohorts and say what is left out.
-- grain: period_kind, by, value, cohort, age, measure
-- needs: order_lines
-- mart: yes
-- units: age periods, cohort_size count, active count
-- units: rate share, rate_low share, rate_high share
-- units: revenue_at_start money, revenue money
-- column: period_kind  day, week (ISO), month, …, fiscal_year, or elapsed_month, …
-- column: by  what the customers are divided by; all is nothing
-- column: value  the segment; (other): all but the twelve with the most customers
-- column: cohort  first day of the period in which the cohort began
-- column: age  whole periods since
-- column: measure  classic, unbounded, streak, revenue_weighted or net_revenue
-- column: cohort_size  customers of the cohort
-- column: active  customers the measure counts; NULL in the future
-- column: rate  active over cohort_size, or revenue over revenue_at_start if above 0
-- column: rate_low  lower end of the 95 % Wilson interval; NULL for money
-- column: rate_high  upper end of the 95 % Wilson interval; NULL for money
-- column: state  observed, in_progress (the period has begun, not ended) or future
-- column: revenue_at_start  for money: net revenue of the entry period
-- column: revenue  for money: what of it, or against it, stands at this age
with
retention_measures as (
    select * from analysis.retention_measures
),
intervals as (
    select * from analysis.retention_intervals
),
final as (
    select
        cast(retention_measures.period_kind as varchar) as period_kind,
        cast(retention_measures.segmentation as varchar) as "by",
        cast(retention_measures.segment as varchar) as value,
        cast(retention_measures.cohort_on as date) as cohort,
        cast(retention_measures.age as bigint) as age,
        cast(retention_measures.measure as varchar) as measure,
        cast(retention_measures.cohort_size as bigint) as cohort_size,
        cast(retention_measures.active as bigint) as active,
        case
            when retention_measures.revenue_at_start is null
                then cast(intervals.rate as double)
            when retention_measures.revenue_at_start > 0
                then cast(retention_measures.revenue as double)
                    / nullif(cast(retention_measures.revenue_at_start as double), 0)
        end as rate,
        case
            when retention_measures.revenue_at_start is null then intervals.rate_low
        end as rate_low,
        case
            when retention_measures.revenue_at_start is null then intervals.rate_high
        end as rate_high,
        cast(retention_measures.state as varchar) as state,
        cast(retention_measures.revenue_at_start as decimal(38, 4)) as revenue_at_start,
        cast(retention_measures.revenue as decimal(38, 4)) as revenue
    from retention_measures
    left join intervals
        on retention_measures.cohort_size = intervals.trials
        and retention_measures.active = intervals.hits
)
select * from final
