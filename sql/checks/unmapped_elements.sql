-- A table with words for elements of satisfaction, and how many of its rows have a word
-- that is none of the four. Add the words that mart unmapped_elements lists to
-- satisfaction.elements.
-- grain: table_name
-- needs: surveys
-- severity: warning
-- units: failing count, tested count
-- column: detail  the most frequent of them
with
unmapped as (
    select * from analysis.unmapped_elements
),
survey_rows as (
    select * from analysis.survey_rows where element <> 'unknown'
),
cases as (
    select * from staging.cases where category <> ''
),
policy as (
    select * from run.satisfaction_policy
),
params as (
    select * from run.params
),
worded as (
    select 'surveys' as source, count(*) as tested
    from survey_rows
    cross join params
    where survey_rows.place = 1 and survey_rows.answered_on < params.as_of
    union all
    select 'cases', count(*)
    from cases
    cross join params
    cross join policy
    where policy.has_elements and cases.opened_on < params.as_of
),
ranked as (
    select
        source, word, answers,
        row_number() over (partition by source order by answers desc, word) as place
    from unmapped
),
sums as (
    select
        source,
        cast(sum(answers) as bigint) as failing,
        max(case when place = 1 then word end) as often
    from ranked
    group by source
),
final as (
    select
        worded.source as table_name,
        coalesce(sums.failing, 0) as failing,
        worded.tested,
        'most often: ' || sums.often as detail
    from worded
    left join sums
        on worded.source = sums.source
    where worded.tested > 0
)
select * from final
