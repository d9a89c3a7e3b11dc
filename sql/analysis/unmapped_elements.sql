-- A word of a survey or of a case that is none of the four elements, with how often it
-- stands there. Of cases only where satisfaction.elements is configured, and without
-- those whose category churn.classes knows: not every case is about an element.
-- grain: source, word
-- needs: surveys | cases
-- mart: yes
-- units: answers count
-- column: source  surveys or cases
-- column: word  as it is written there; of several spellings the first in byte order
-- column: answers  answers or cases before D with this word
with
survey_rows as (
    select * from analysis.survey_rows where element = 'other'
),
cases as (
    select * from staging.cases
),
case_elements as (
    select * from analysis.case_elements where element = 'other' and not is_cause
),
said_texts as (
    select * from analysis.said_texts
),
policy as (
    select * from run.satisfaction_policy
),
params as (
    select * from run.params
),
words as (
    select 'surveys' as source, survey_rows.said, survey_rows.word
    from survey_rows
    cross join params
    where survey_rows.place = 1 and survey_rows.answered_on < params.as_of
    union all
    select 'cases', said_texts.said, cases.category
    from cases
    cross join params
    cross join policy
    inner join case_elements
        on cases.category = case_elements.category
    inner join said_texts
        on cases.category = said_texts.text
    where policy.has_elements and cases.opened_on < params.as_of
),
final as (
    select
        cast(source as varchar) as source,
        cast(min(word) as varchar) as word,
        cast(count(*) as bigint) as answers
    from words
    group by source, said
)
select * from final
