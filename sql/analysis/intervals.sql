-- A share of customers, contracts or opportunities as it occurs in marts: hits in
-- trials, with its Wilson interval of 95 % (z = 1.959963984540054), clamped to 0 and 1.
-- grain: trials, hits
-- needs: none
-- units: trials count, hits count, rate share, rate_low share, rate_high share

with cohort_cells as (
    select * from analysis.cohort_cells
),
pooled_ages as (
    select * from analysis.pooled_ages
),
period_steps as (
    select * from analysis.period_steps
),
contract_shares as (
    select * from analysis.contract_shares
),
funnel_shares as (
    select * from analysis.funnel_shares
),
pairs as (
    select cohort_size as trials, active as hits
    from cohort_cells
    where active is not null
    union all
    select customers, kept
    from pooled_ages
    union all
    select at_start, kept
    from period_steps
    where at_start > 0
    union all
    select trials, hits
    from contract_shares
    union all
    select trials, hits
    from funnel_shares
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
