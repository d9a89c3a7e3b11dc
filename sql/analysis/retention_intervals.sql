-- A share of customers as it occurs in the grids of mart retention_by, with its Wilson
-- interval of 95 % as in analysis.intervals. It stands apart so that the cohorts of the
-- configured period do not wait for the grids.
-- grain: trials, hits
-- needs: order_lines
-- units: trials count, hits count, rate share, rate_low share, rate_high share

with retention_measures as (
    select * from analysis.retention_measures
),
retention_pools as (
    select * from analysis.retention_pools
),
pairs as (
    select cohort_size as trials, active as hits
    from retention_measures
    where active is not null
    union all
    select customers, kept
    from retention_pools
),
shares as (
    select distinct
        trials,
        hits,
        cast(trials as double) as n,
        cast(hits as double) / nullif(cast(trials as double), 0) as rate,
        1.959963984540054e0 as z
    from pairs
),
scaled as (
    select trials, hits, rate, n, z, 1 + z * z / nullif(n, 0) as spread
    from shares
),
bounds as (
    select
        trials,
        hits,
        rate,
        (rate + z * z / nullif(2 * n, 0)) / nullif(spread, 0) as middle,
        z * sqrt(rate * (1 - rate) / nullif(n, 0) + z * z / nullif(4 * n * n, 0))
            / nullif(spread, 0) as half_width
    from scaled
),
final as (
    select
        trials,
        hits,
        rate,
        case
            when hits = 0 or middle - half_width < 0 then 0e0
            else middle - half_width
        end as rate_low,
        case
            when hits = trials or middle + half_width > 1 then 1e0
            else middle + half_width
        end as rate_high
    from bounds
)
select * from final
