-- The customers of one mean score about one element: how many, what they brought, and
-- how many left. That is all that the slopes of mart satisfaction_value need.
-- grain: timing, element, score
-- needs: surveys
-- units: score points, customers count, profit money, judged count, churned count
-- column: profit_squares  sum of the squares of the customers' profits
-- column: judged  customers of whom it is known whether they left
with
score_outcomes as (
    select * from analysis.score_outcomes
),
final as (
    select
        timing, element, score,
        count(*) as customers,
        cast(sum(profit) as decimal(38, 4)) as profit,
        cast(sum(cast(profit as decimal(38, 4)) * profit) as decimal(38, 8))
            as profit_squares,
        count(left_since) as judged,
        cast(coalesce(sum(left_since), 0) as bigint) as churned
    from score_outcomes
    group by timing, element, score
)
select * from final
