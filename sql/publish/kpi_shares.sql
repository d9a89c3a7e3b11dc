-- A key figure that is a proportion of customers: so many hits in so many trials, with
-- its Wilson interval of 95 % (z = 1.959963984540054), clamped to 0 and 1. The share of
-- customers kept from W a year before stands here too, for the money case of retention.
-- grain: kpi
-- needs: none
-- units: hits count, trials count, rate share, rate_low share, rate_high share

with period_steps as (
    select * from analysis.period_steps
),
repeat_buyers as (
    select * from publish.repeat_buyers
),
churn_totals as (
    select * from publish.churn_totals
),
retention_totals as (
    select * from publish.retention_totals
),
last_period as (
    select max(period_index) as period_index
    from period_steps
    where state = 'observed'
),
counted as (
    select
        'retention_rate' as kpi,
        period_steps.kept as hits,
        period_steps.at_start as trials
    from period_steps
    inner join last_period
        on period_steps.period_index = last_period.period_index
    union all
    select 'repeat_rate', repeat_buyers, buyers
    from repeat_buyers
    union all
    select 'churn_rate', lost_of_them, at_start
    from churn_totals
    union all
    select 'fault_churn_share', churned_by_fault, churned
    from churn_totals
    union all
    select 'unclassified_churn_share', churned_unclassified, churned
    from churn_totals
    union all
    select 'window_retention', kept, at_start
    from retention_totals
),
shares as (
    select
        kpi, hits, trials,
        cast(trials as double) as n,
        cast(hits as double) / nullif(cast(trials as double), 0) as rate,
        1.959963984540054e0 as z
    from counted
),
scaled as (
    select kpi, hits, trials, rate, n, z, 1 + z * z / nullif(n, 0) as spread
    from shares
),
bounds as (
    select
        kpi, hits, trials, rate,
        (rate + z * z / nullif(2 * n, 0)) / nullif(spread, 0) as middle,
        z * sqrt(rate * (1 - rate) / nullif(n, 0) + z * z / nullif(4 * n * n, 0))
            / nullif(spread, 0) as half_width
    from scaled
),
final as (
    select
        kpi, hits, trials, rate,
        case
            when middle - half_width < 0 then 0e0
            else middle - half_width
        end as rate_low,
        case
            when middle + half_width > 1 then 1e0
            else middle + half_width
        end as rate_high
    from bounds
)
select * from final
