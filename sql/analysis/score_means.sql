-- The mean score of a group's answers about one element, with its interval of 95 % by
-- Student's t. The quantile of t is its expansion about the normal one (Abramowitz and
-- Stegun 26.7.5, four terms), right to three digits from five scores on; fewer have no
-- interval. It stays within the scale where one is configured.
-- grain: segmentation, segment, element
-- needs: surveys
-- units: mean_score points, mean_low points, mean_high points
with
cells as (
    select * from analysis.satisfaction_cells
),
policy as (
    select * from run.satisfaction_policy
),
spreads as (
    select
        segmentation, segment, element,
        cast(score_sum as double) / nullif(cast(scored as double), 0) as mean_score,
        case
            when scored >= 5 then sqrt(
                cast(scored * score_squares - score_sum * score_sum as double)
                / nullif(cast(scored * scored * (scored - 1) as double), 0)
            )
        end as standard_error,
        cast(case when scored >= 5 then scored - 1 end as double) as freedom,
        1.959963984540054e0 as z
    from cells
    where scored > 0
),
quantiles as (
    select
        segmentation, segment, element, mean_score,
        standard_error * (
            z
            + (power(z, 3) + z) / nullif(4 * freedom, 0)
            + (5 * power(z, 5) + 16 * power(z, 3) + 3 * z)
                / nullif(96 * power(freedom, 2), 0)
            + (3 * power(z, 7) + 19 * power(z, 5) + 17 * power(z, 3) - 15 * z)
                / nullif(384 * power(freedom, 3), 0)
            + (
                79 * power(z, 9) + 776 * power(z, 7) + 1482 * power(z, 5)
                - 1920 * power(z, 3) - 945 * z
            ) / nullif(92160 * power(freedom, 4), 0)
        ) as half_width
    from spreads
),
final as (
    select
        quantiles.segmentation, quantiles.segment, quantiles.element,
        quantiles.mean_score,
        case
            when mean_score - half_width < policy.score_low
                then cast(policy.score_low as double)
            else mean_score - half_width
        end as mean_low,
        case
            when mean_score + half_width > policy.score_high
                then cast(policy.score_high as double)
            else mean_score + half_width
        end as mean_high
    from quantiles
    cross join policy
)
select * from final
