-- A key figure that is a proportion of customers or contracts: so many hits in so many
-- trials, with its Wilson interval of 95 % (z = 1.959963984540054), clamped to 0 and 1.
-- grain: kpi
-- needs: none
-- units: hits count, trials count, rate share, rate_low share, rate_high share

with kpi_counts as (
    select * from publish.kpi_counts
),
shares as (
    select
        kpi, hits, trials,
        cast(trials as double) as n,
        cast(hits as double) / nullif(cast(trials as double), 0) as rate,
        1.959963984540054e0 as z
    from kpi_counts
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
