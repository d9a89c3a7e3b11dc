-- An answer of a customer about one thing on one day, whatever D is, and what it says:
-- experience below, equal to or above expectation; on a scale of 0 to 10 whether they
-- would recommend (9 and 10) or warn (0 to 6); on a scale of 1 to 5 whether they are
-- satisfied (4 and 5).
-- grain: customer_id, answered_on, said
-- needs: none
-- units: score points, expectation points, experience points
-- column: score  NULL where nobody says, or outside the scale
-- column: comparison  below, equal or above; NULL unless both are given, in their scale
-- column: vote  1 promoter, 0 passive, -1 detractor; NULL unless the scale is 0 to 10
-- column: is_satisfied  1 or 0; NULL unless the scale is 1 to 5
with
survey_rows as (
    select * from analysis.survey_rows where place = 1
),
policy as (
    select * from run.satisfaction_policy
),
said as (
    select
        customer_id, answered_on, said, element,
        case when not score_outside then score end as score,
        case when not compared_outside then expectation end as expectation,
        case when not compared_outside then experience end as experience
    from survey_rows
),
final as (
    select
        said.customer_id, said.answered_on, said.said, said.element,
        said.score, said.expectation, said.experience,
        case
            when experience < expectation then 'below'
            when experience = expectation then 'equal'
            when experience > expectation then 'above'
        end as comparison,
        case
            when said.score is null then null
            when coalesce(policy.score_low <> 0 or policy.score_high <> 10, true)
                then null
            when said.score >= 9 then 1
            when said.score <= 6 then -1
            else 0
        end as vote,
        case
            when said.score is null then null
            when coalesce(policy.score_low <> 1 or policy.score_high <> 5, true)
                then null
            when said.score >= 4 then 1
            else 0
        end as is_satisfied
    from said
    cross join policy
)
select * from final
