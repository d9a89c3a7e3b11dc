-- What a group's answers in W about one element come to, with the intervals.
-- grain: segmentation, segment, element
-- needs: surveys
-- units: answers count, customers count, below count, equal count, above count
-- units: scored count, expectation_gap share, gap_low share, gap_high share
-- units: mean_score points, mean_low points, mean_high points
-- units: nps points, nps_low points, nps_high points
-- units: csat share, csat_low share, csat_high share
with
cells as (
    select * from analysis.satisfaction_cells
),
differences as (
    select * from analysis.difference_intervals
),
means as (
    select * from analysis.score_means
),
intervals as (
    select * from analysis.answer_intervals
),
final as (
    select
        cells.segmentation, cells.segment, cells.element,
        cells.answers, cells.customers,
        cells.below, cells.equal, cells.above,
        cells.scored,
        gaps.difference as expectation_gap,
        gaps.low as gap_low,
        gaps.high as gap_high,
        means.mean_score, means.mean_low, means.mean_high,
        100 * promotions.difference as nps,
        100 * promotions.low as nps_low,
        100 * promotions.high as nps_high,
        intervals.rate as csat,
        intervals.rate_low as csat_low,
        intervals.rate_high as csat_high
    from cells
    left join differences as gaps
        on cells.below + cells.equal + cells.above = gaps.trials
        and cells.below = gaps.ayes
        and cells.above = gaps.noes
    left join differences as promotions
        on cells.votes = promotions.trials
        and cells.promoters = promotions.ayes
        and cells.detractors = promotions.noes
    left join means
        on cells.segmentation = means.segmentation
        and cells.segment = means.segment
        and cells.element = means.element
    left join intervals
        on cells.rated = intervals.trials
        and cells.satisfied = intervals.hits
)
select * from final
