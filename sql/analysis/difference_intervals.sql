-- A difference of two shares of the same answers as it occurs in marts, promoters less
-- detractors or below less above: of so many trials so many for and against, with its
-- interval of 95 % (z = 1.959963984540054) by the variance of the difference of two
-- proportions of one multinomial, one added to both sides (Bonett and Price 2012),
-- clamped to -1 and 1.
-- grain: trials, ayes, noes
-- needs: surveys
-- units: trials count, ayes count, noes count
-- units: difference share, low share, high share
with
cells as (
    select * from analysis.satisfaction_cells
),
triples as (
    select votes as trials, promoters as ayes, detractors as noes
    from cells
    union distinct
    select below + equal + above, below, above
    from cells
),
shares as (
    select
        trials, ayes, noes,
        cast(ayes - noes as double) / nullif(cast(trials as double), 0) as difference,
        cast(ayes + 1 as double) / nullif(cast(trials + 2 as double), 0) as share_for,
        cast(noes + 1 as double) / nullif(cast(trials + 2 as double), 0)
            as share_against,
        cast(trials + 2 as double) as n,
        1.959963984540054e0 as z
    from triples
    where trials > 0
),
bounds as (
    select
        trials, ayes, noes, difference,
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
        trials, ayes, noes, difference,
        case when middle - half_width < -1 then -1e0 else middle - half_width end
            as low,
        case when middle + half_width > 1 then 1e0 else middle + half_width end
            as high
    from bounds
)
select * from final
