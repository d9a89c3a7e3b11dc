-- What the answers before D say of one measure: the lowest and the highest that was
-- given, beside the scale of pharos.yaml. A scale is never guessed from them: a
-- highest score of 5 does not say that 10 could not be given.
-- grain: measure
-- needs: surveys
-- mart: yes
-- units: answers count, lowest points, highest points
-- units: scale_low points, scale_high points, outside count
-- column: measure  score, expectation or experience
-- column: answers  with this measure
-- column: lowest  that was given, outside the scale or not
-- column: highest  that was given
-- column: scale_low  lowest of the scale; NULL where pharos.yaml names none
-- column: scale_high  highest of it
-- column: outside  answers outside the scale; 0 where there is none
-- column: nps  of the scores: computed; no_answers; scale_unknown: say
--   satisfaction.scale; other_scale: it is not 0-10; not_a_score for the others
-- column: csat  the same for a scale of 1-5
with
survey_rows as (
    select * from analysis.survey_rows where place = 1
),
params as (
    select * from run.params
),
policy as (
    select * from run.satisfaction_policy
),
measured as (
    select 'score' as measure, score as points, answered_on from survey_rows
    union all
    select 'expectation', expectation, answered_on from survey_rows
    union all
    select 'experience', experience, answered_on from survey_rows
),
measures as (
    select
        listed.measure,
        case when listed.measure = 'score' then policy.score_low
            else policy.compared_low end as scale_low,
        case when listed.measure = 'score' then policy.score_high
            else policy.compared_high end as scale_high
    from (values ('score'), ('expectation'), ('experience')) as listed (measure)
    cross join policy
),
counted as (
    select
        measures.measure, measures.scale_low, measures.scale_high,
        count(measured.points) as answers,
        min(measured.points) as lowest,
        max(measured.points) as highest,
        count(
            case
                when measured.points < measures.scale_low
                    or measured.points > measures.scale_high then 1
            end
        ) as outside
    from measures
    cross join params
    left join measured
        on measures.measure = measured.measure
        and measured.answered_on < params.as_of
    group by measures.measure, measures.scale_low, measures.scale_high
),
final as (
    select
        cast(measure as varchar) as measure,
        cast(answers as bigint) as answers,
        cast(lowest as decimal(18, 6)) as lowest,
        cast(highest as decimal(18, 6)) as highest,
        cast(scale_low as bigint) as scale_low,
        cast(scale_high as bigint) as scale_high,
        cast(outside as bigint) as outside,
        cast(case
            when measure <> 'score' then 'not_a_score'
            when answers = 0 then 'no_answers'
            when scale_low is null then 'scale_unknown'
            when scale_low = 0 and scale_high = 10 then 'computed'
            else 'other_scale'
        end as varchar) as nps,
        cast(case
            when measure <> 'score' then 'not_a_score'
            when answers = 0 then 'no_answers'
            when scale_low is null then 'scale_unknown'
            when scale_low = 1 and scale_high = 5 then 'computed'
            else 'other_scale'
        end as varchar) as csat
    from counted
)
select * from final
