-- An answer that was given in W.
-- grain: customer_id, answered_on, said
-- needs: none
-- units: score points, expectation points, experience points
with
survey_answers as (
    select * from analysis.survey_answers
),
params as (
    select * from run.params
),
final as (
    select
        survey_answers.customer_id, survey_answers.answered_on, survey_answers.said,
        survey_answers.element, survey_answers.comparison,
        survey_answers.score, survey_answers.expectation, survey_answers.experience,
        survey_answers.vote, survey_answers.is_satisfied
    from survey_answers
    cross join params
    where survey_answers.answered_on >= params.window_start
        and survey_answers.answered_on < params.as_of
)
select * from final
