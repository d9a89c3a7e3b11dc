-- A share of answers or customers as it occurs in the marts of satisfaction: hits in
-- trials, with its Wilson interval of 95 % (z = 1.959963984540054), clamped to 0 and 1.
-- It stands beside analysis.intervals because the shares there need no profit.
-- grain: trials, hits
-- needs: surveys
-- units: trials count, hits count, rate share, rate_low share, rate_high share
with
cells as (
    select * from analysis.satisfaction_cells
),
responses as (
    select * from analysis.response_cells
),
scores as (
    select * from analysis.score_groups
),
pairs as (
    select rated as trials, satisfied as hits from cells
    union distinct
    select counted, answered from responses
    union distinct
    select judged, churned from scores
),
shares as (
    select
        trials, hits,
        cast(trials as double) as n,
        cast(hits as double) / nullif(cast(trials as double), 0) as rate,
        1.959963984540054e0 as z
    from pairs
    where trials > 0
),
scaled as (
    select trials, hits, rate, n, z, 1 + z * z / nullif(n, 0) as spread
    from shares
),
bounds as (
    select
        trials, hits, rate,
        (rate + z * z / nullif(2 * n, 0)) / nullif(spread, 0) as middle,
        z * sqrt(rate * (1 - rate) / nullif(n, 0) + z * z / nullif(4 * n * n, 0))
            / nullif(spread, 0) as half_width
    from scaled
),
final as (
    select
        trials, hits, rate,
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
