-- A customer's mean score about one element beside what they brought and whether they
-- left. within: answers of W beside the profit of W and the state on D. earlier:
-- answers of the W before beside the same, of customers who were still there when W
-- began; none when W is all of history. An answer given after a customer left is left
-- out.
-- grain: timing, element, customer_id
-- needs: surveys
-- units: score points, profit money
-- column: element  all, or one of them
-- column: left_since  1: left, after the answers; 0: stayed; NULL: nobody knows
with
survey_answers as (
    select * from analysis.survey_answers where score is not null
),
params as (
    select * from run.params
),
churn as (
    select * from analysis.churn
),
profit_tiers as (
    select * from segment.profit_tiers
),
strangers as (
    select * from analysis.strangers
),
timed as (
    select
        'within' as timing,
        survey_answers.customer_id, survey_answers.element, survey_answers.score,
        survey_answers.answered_on
    from survey_answers
    cross join params
    where survey_answers.answered_on >= params.window_start
        and survey_answers.answered_on < params.as_of
    union all
    select
        'earlier' as timing,
        survey_answers.customer_id, survey_answers.element, survey_answers.score,
        survey_answers.answered_on
    from survey_answers
    cross join params
    where survey_answers.answered_on >= params.previous_window_start
        and survey_answers.answered_on < params.window_start
),
judged as (
    select
        timed.timing, timed.customer_id, timed.element, timed.score,
        profit_tiers.profit,
        case
            when churn.state = 'churned' then 1
            when churn.state is not null then 0
        end as left_since
    from timed
    cross join params
    inner join profit_tiers
        on timed.customer_id = profit_tiers.customer_id
    left join strangers
        on timed.customer_id = strangers.customer_id
    left join churn
        on timed.customer_id = churn.customer_id
    where strangers.customer_id is null
        and coalesce(churn.churned_on >= timed.answered_on, true)
        and (
            timed.timing = 'within'
            or coalesce(churn.churned_on >= params.window_start, true)
        )
),
elements as (
    select timing, customer_id, element, score, profit, left_since
    from judged
    union all
    select timing, customer_id, 'all' as element, score, profit, left_since
    from judged
),
final as (
    select
        timing, element, customer_id,
        cast(
            round(
                cast(sum(score) as double) / nullif(cast(count(*) as double), 0),
                4
            ) as decimal(18, 4)
        ) as score,
        max(profit) as profit,
        max(left_since) as left_since
    from elements
    group by timing, element, customer_id
)
select * from final
