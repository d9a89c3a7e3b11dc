-- The answers given before D, and how many have something wrong: a score outside the
-- scale, an expectation without an experience or the other way round, a later answer
-- of the same day in their place, or nothing at all. The mart findings says which and
-- where they stand.
-- grain: table_name
-- needs: surveys
-- severity: warning
-- units: failing count, tested count
-- column: detail  how many of each kind
with
faults as (
    select * from analysis.survey_faults
),
survey_rows as (
    select * from analysis.survey_rows
),
params as (
    select * from run.params
),
wrong as (
    select count(*) as answers
    from (
        select customer_id, answered_on, said, place
        from faults
        group by customer_id, answered_on, said, place
    ) as distinct_rows
),
kinds as (
    select
        count(case when rule = 'score_outside_scale' then 1 end) as scores,
        count(case when rule = 'comparison_outside_scale' then 1 end) as comparisons,
        count(
            case
                when rule in (
                    'expectation_without_experience', 'experience_without_expectation'
                ) then 1
            end
        ) as halves,
        count(case when rule = 'repeated_answer' then 1 end) as repeated,
        count(case when rule = 'says_nothing' then 1 end) as silent
    from faults
),
known as (
    select count(*) as answers
    from survey_rows
    cross join params
    where survey_rows.answered_on < params.as_of
),
final as (
    select
        'surveys' as table_name,
        wrong.answers as failing,
        known.answers as tested,
        case
            when wrong.answers > 0 then concat(
                'score outside the scale: ', cast(scores as varchar),
                ', expectation or experience outside it: ',
                cast(comparisons as varchar),
                ', one of the two missing: ', cast(halves as varchar),
                ', a later answer of the day counts: ', cast(repeated as varchar),
                ', says nothing: ', cast(silent as varchar)
            )
        end as detail
    from wrong
    cross join kinds
    cross join known
)
select * from final
