-- A group of customers: how many of them could have answered in W, how many did, and
-- what those and the silent brought. Where these differ, the answers speak for the ones
-- more than for the others.
-- grain: by, value
-- needs: surveys, order_lines | contracts | ledger
-- mart: yes
-- units: asked count, answered count, silent count, rate share, low share, high share
-- units: profit_answered money, profit_silent money
-- units: mean_profit_answered money, mean_profit_silent money
-- column: by  all, tier, churn_state, churn_class, or a segmentation
-- column: value  which of them; unknown where nobody says
-- column: basis  asked: contacts by the words of satisfaction.asked say who was asked;
--   active: nobody says, so those who were active in W or had a contract in it
-- column: asked  customers who could have answered, by the basis
-- column: answered  of them, those who answered in W, on the day of asking or later
-- column: silent  of them, those who did not
-- column: rate  answered divided by asked
-- column: low  lower end of the 95 % Wilson interval
-- column: high  upper end of it
-- column: profit_answered  profit in W of those who answered
-- column: profit_silent  profit in W of those who did not
-- column: mean_profit_answered  the same per customer
-- column: mean_profit_silent  the same per customer
with
cells as (
    select * from analysis.response_cells
),
basis as (
    select min(basis) as basis from analysis.survey_members
),
intervals as (
    select * from analysis.answer_intervals
),
final as (
    select
        cast(cells.segmentation as varchar) as "by",
        cast(cells.segment as varchar) as value,
        cast(basis.basis as varchar) as basis,
        cast(cells.counted as bigint) as asked,
        cast(cells.answered as bigint) as answered,
        cast(cells.counted - cells.answered as bigint) as silent,
        cast(intervals.rate as double) as rate,
        cast(intervals.rate_low as double) as low,
        cast(intervals.rate_high as double) as high,
        cast(cells.profit_answered as decimal(38, 4)) as profit_answered,
        cast(cells.profit_silent as decimal(38, 4)) as profit_silent,
        cast(
            round(
                cast(cells.profit_answered as double)
                / nullif(cast(cells.answered as double), 0),
                4
            ) as decimal(38, 4)
        ) as mean_profit_answered,
        cast(
            round(
                cast(cells.profit_silent as double)
                / nullif(cast(cells.counted - cells.answered as double), 0),
                4
            ) as decimal(38, 4)
        ) as mean_profit_silent
    from cells
    cross join basis
    left join intervals
        on cells.counted = intervals.trials
        and cells.answered = intervals.hits
)
select * from final
