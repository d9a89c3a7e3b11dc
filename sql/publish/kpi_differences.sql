-- A key figure that is a difference of two shares of the answers given in W: the net
-- promoter score, in points, and the expectation gap. The interval of 95 %
-- (z = 1.959963984540054) is that of mart satisfaction_by: one added to both sides
-- (Bonett and Price 2012), clamped to -1 and 1. The same statement, since past months
-- have key figures but no groups of customers.
-- grain: kpi
-- needs: none
-- units: trials count, ayes count, noes count
with
window_answers as (
    select * from analysis.window_answers
),
counted as (
    select
        'nps' as kpi,
        100e0 as scale,
        count(vote) as trials,
        count(case when vote = 1 then 1 end) as ayes,
        count(case when vote = -1 then 1 end) as noes
    from window_answers
    union all
    select
        'expectation_gap',
        1e0,
        count(comparison),
        count(case when comparison = 'below' then 1 end),
        count(case when comparison = 'above' then 1 end)
    from window_answers
),
shares as (
    select
        kpi, scale, trials, ayes, noes,
        cast(ayes - noes as double) / nullif(cast(trials as double), 0) as difference,
        cast(ayes + 1 as double) / nullif(cast(trials + 2 as double), 0) as share_for,
        cast(noes + 1 as double) / nullif(cast(trials + 2 as double), 0)
            as share_against,
        cast(trials + 2 as double) as n,
        1.959963984540054e0 as z
    from counted
    where trials > 0
),
bounds as (
    select
        kpi, scale, trials, ayes, noes, difference,
        share_for - share_against as middle,
        z * sqrt(
            (
                share_for + share_against
                - (share_for - share_against) * (share_for - share_against)
            ) / nullif(n, 0)
        ) as half_width
    from shares
),
final as (
    select
        kpi, trials, ayes, noes,
        scale * difference as difference,
        scale * case
            when middle - half_width < -1 then -1e0 else middle - half_width
        end as low,
        scale * case
            when middle + half_width > 1 then 1e0 else middle + half_width
        end as high
    from bounds
)
select * from final
