-- The customers of one mean score about one element, how many of them left and what
-- they brought: what stands beside what, not what follows from it. Only answers given
-- before a customer left count.
-- grain: timing, element, score
-- needs: surveys, order_lines | contracts | ledger
-- mart: yes
-- units: score points, customers count, judged count, churned count, kept count
-- units: churned_share share, low share, high share, profit money, mean_profit money
-- column: timing  within: answers of W; earlier: answers of the W before, of customers
--   who were still there when W began; profit is of W, the state that of D
-- column: element  all, contact, product_quality, service, image, other or unknown
-- column: score  mean of the customer's scores
-- column: judged  customers of whom it is known whether they left
-- column: churned  of them, those who left
-- column: kept  of them, those who did not
-- column: churned_share  churned divided by judged
-- column: low  lower end of the 95 % Wilson interval
-- column: high  upper end of it
-- column: profit  profit in W of the customers
-- column: mean_profit  the same per customer
with
score_groups as (
    select * from analysis.score_groups
),
intervals as (
    select * from analysis.answer_intervals
),
final as (
    select
        cast(score_groups.timing as varchar) as timing,
        cast(score_groups.element as varchar) as element,
        cast(score_groups.score as decimal(18, 4)) as score,
        cast(score_groups.customers as bigint) as customers,
        cast(score_groups.judged as bigint) as judged,
        cast(score_groups.churned as bigint) as churned,
        cast(score_groups.judged - score_groups.churned as bigint) as kept,
        cast(intervals.rate as double) as churned_share,
        cast(intervals.rate_low as double) as low,
        cast(intervals.rate_high as double) as high,
        cast(score_groups.profit as decimal(38, 4)) as profit,
        cast(
            round(
                cast(score_groups.profit as double)
                / nullif(cast(score_groups.customers as double), 0),
                4
            ) as decimal(38, 4)
        ) as mean_profit
    from score_groups
    left join intervals
        on score_groups.judged = intervals.trials
        and score_groups.churned = intervals.hits
)
select * from final
