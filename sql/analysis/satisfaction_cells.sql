-- The answers that a group of customers gave in W about one element, counted and added
-- up. Each answer counts for itself.
-- grain: segmentation, segment, element
-- needs: surveys
-- units: answers count, customers count, below count, equal count, above count
-- units: scored count, votes count, promoters count, detractors count
-- units: rated count, satisfied count
-- column: element  all, or one of them
-- column: score_sum  of the scores
-- column: score_squares  sum of their squares
with
groups as (
    select * from analysis.satisfaction_groups
),
window_answers as (
    select * from analysis.window_answers
),
answers as (
    select
        customer_id, element, comparison, score, vote, is_satisfied
    from window_answers
    union all
    select
        customer_id, 'all' as element, comparison, score, vote, is_satisfied
    from window_answers
),
final as (
    select
        groups.segmentation, groups.segment, answers.element,
        count(*) as answers,
        count(distinct answers.customer_id) as customers,
        count(case when comparison = 'below' then 1 end) as below,
        count(case when comparison = 'equal' then 1 end) as equal,
        count(case when comparison = 'above' then 1 end) as above,
        count(answers.score) as scored,
        cast(sum(answers.score) as decimal(38, 6)) as score_sum,
        cast(
            sum(cast(answers.score as decimal(38, 6)) * answers.score)
            as decimal(38, 12)
        ) as score_squares,
        count(answers.vote) as votes,
        count(case when answers.vote = 1 then 1 end) as promoters,
        count(case when answers.vote = -1 then 1 end) as detractors,
        count(answers.is_satisfied) as rated,
        count(case when answers.is_satisfied = 1 then 1 end) as satisfied
    from answers
    inner join groups
        on answers.customer_id = groups.customer_id
    group by groups.segmentation, groups.segment, answers.element
)
select * from final
