-- Something that is wrong with an answer given before D, and what is made of it.
-- score_outside_scale: an answer without a score. comparison_outside_scale,
-- expectation_without_experience and experience_without_expectation: an answer that
-- compares nothing. repeated_answer: a later one of the same day about the same thing
-- counts in its place. says_nothing: an answer in no figure but their number.
-- grain: customer_id, answered_on, said, place, rule
-- needs: none
with
survey_rows as (
    select * from analysis.survey_rows
),
params as (
    select * from run.params
),
mapped as (
    select
        max(case when column_name = 'expectation' then 1 else 0 end)
        * max(case when column_name = 'experience' then 1 else 0 end) as compares
    from run.columns
    where table_name = 'surveys'
),
known as (
    select
        survey_rows.customer_id, survey_rows.answered_on,
        survey_rows.said, survey_rows.place, survey_rows.word,
        survey_rows.score, survey_rows.expectation, survey_rows.experience,
        survey_rows.score_outside, survey_rows.compared_outside,
        coalesce(mapped.compares, 0) as compares,
        survey_rows._source, survey_rows._file, survey_rows._line
    from survey_rows
    cross join params
    cross join mapped
    where survey_rows.answered_on < params.as_of
),
rules as (
    select rule
    from (
        values
            ('score_outside_scale'), ('comparison_outside_scale'),
            ('expectation_without_experience'), ('experience_without_expectation'),
            ('repeated_answer'), ('says_nothing')
    ) as listed (rule)
),
found as (
    select
        known.customer_id, known.answered_on, known.said, known.place, rules.rule,
        known.word, known.score, known.expectation, known.experience,
        known._source, known._file, known._line
    from known
    cross join rules
    where case rules.rule
        when 'score_outside_scale' then known.score_outside
        when 'comparison_outside_scale' then known.compared_outside
        when 'expectation_without_experience'
            then compares = 1 and expectation is not null and experience is null
        when 'experience_without_expectation'
            then compares = 1 and expectation is null and experience is not null
        when 'repeated_answer' then known.place > 1
        else score is null and expectation is null and experience is null
    end
),
final as (
    select
        customer_id, answered_on, said, place, rule,
        _source,
        case
            when _file is null then concat(
                'key=customer_id:', customer_id,
                ',answered_on:', cast(answered_on as varchar)
            )
            else concat(_file, ':', cast(_line as varchar))
        end as location,
        concat(
            rule, ': customer ', customer_id,
            ', answered ', cast(answered_on as varchar),
            coalesce(', element ' || word, ''),
            coalesce(', score ' || cast(score as varchar), ''),
            coalesce(', expectation ' || cast(expectation as varchar), ''),
            coalesce(', experience ' || cast(experience as varchar), '')
        ) as value
    from found
)
select * from final
