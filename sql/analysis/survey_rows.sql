-- One answer to a survey as it was loaded, with what of it can be counted. Of the
-- answers of a customer about the same thing on the same day the last counts; of those
-- given at the same time the first copy, by the order of the mappings, then by file and
-- line. A score outside the scale says nothing, and the same of expectation and
-- experience; nothing is outside a scale that nobody said.
-- grain: customer_id, answered_on, said, place
-- needs: none
-- units: score points, expectation points, experience points, place count
-- column: element  contact, product_quality, service, image; other: a word that is
--   none of them; unknown: nobody says
-- column: said  the element in the company's own word, as words are compared; '' if
--   nobody says
-- column: place  1: the answer that counts
-- column: score_outside  the score is outside the scale
-- column: compared_outside  expectation or experience is outside the scale
with
surveys as (
    select * from staging.surveys
),
said_texts as (
    select * from analysis.said_texts
),
meanings as (
    select * from analysis.satisfaction_meanings where kind = 'element'
),
policy as (
    select * from run.satisfaction_policy
),
understood as (
    select
        surveys.customer_id,
        coalesce(said_texts.said, '') as said,
        case
            when coalesce(said_texts.said, '') = '' then 'unknown'
            else coalesce(meanings.meaning, 'other')
        end as element,
        surveys.element as word,
        surveys.score, surveys.expectation, surveys.experience,
        surveys.answered_at, surveys.answered_on,
        surveys._source, surveys._mapping, surveys._file, surveys._line
    from surveys
    left join said_texts
        on surveys.element = said_texts.text
    left join meanings
        on surveys.element = meanings.text
),
final as (
    select
        understood.customer_id, understood.said, understood.element,
        understood.word,
        understood.score, understood.expectation, understood.experience,
        coalesce(
            score < policy.score_low or score > policy.score_high, false
        ) as score_outside,
        coalesce(expectation < compared_low or expectation > compared_high, false)
        or coalesce(experience < compared_low or experience > compared_high, false)
            as compared_outside,
        row_number() over (
            partition by understood.customer_id, understood.answered_on, understood.said
            order by
                understood.answered_at desc nulls last,
                understood._mapping nulls last, understood._file nulls last,
                understood._line nulls last,
                score nulls last, expectation nulls last, experience nulls last,
                word nulls last
        ) as place,
        understood.answered_on,
        understood._source, understood._file, understood._line
    from understood
    cross join policy
)
select * from final
