-- What a text of the company means: the element of satisfaction that a survey or a case
-- is about, a contact that asks for an answer, or one that did not reach the customer.
-- Of each kind the first word of pharos.yaml that equals the text decides, then the
-- first pattern that fits it.
-- grain: text, kind
-- needs: none
-- column: kind  element, asked or unanswered
-- column: meaning  contact, product_quality, service or image; asked; unanswered
with
said_texts as (
    select * from analysis.said_texts
),
satisfaction_words as (
    select * from run.satisfaction_words
),
distinct_texts as (
    select said
    from said_texts
    where said <> ''
    group by said
),
fitting as (
    select
        distinct_texts.said, satisfaction_words.kind, satisfaction_words.meaning,
        row_number() over (
            partition by distinct_texts.said, satisfaction_words.kind
            order by satisfaction_words.is_pattern, satisfaction_words.position
        ) as place
    from distinct_texts
    cross join satisfaction_words
    where
        distinct_texts.said = satisfaction_words.word
        or (
            satisfaction_words.is_pattern
            and distinct_texts.said like satisfaction_words.word escape '\'
        )
),
final as (
    select said_texts.text, fitting.kind, fitting.meaning
    from said_texts
    inner join fitting
        on said_texts.said = fitting.said
    where fitting.place = 1
)
select * from final
