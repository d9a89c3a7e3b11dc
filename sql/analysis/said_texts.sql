-- A text that was said about leaving or about being content, as it was said: stated
-- reason or category, category of a case, stage of a lost opportunity, outcome and
-- channel of a contact, element of a survey, value of an attribute that tells of life
-- events; and the form in which words are compared: half width, lower case, without
-- outer blanks.
-- grain: text
-- needs: none
-- column: said  the text as words are compared with it

with departures as (
    select * from staging.departures
),
cases as (
    select * from staging.cases
),
opportunities as (
    select * from staging.opportunities
),
touches as (
    select * from staging.touches
),
surveys as (
    select * from staging.surveys
),
customer_attributes as (
    select * from core.customer_attributes
),
life_attributes as (
    select * from run.life_attributes
),
texts as (
    select reason as text
    from departures
    union all
    select category
    from departures
    union all
    select category
    from cases
    union all
    select stage
    from opportunities
    where not won
    union all
    select outcome
    from touches
    union all
    select channel
    from touches
    union all
    select element
    from surveys
    union all
    select customer_attributes.value
    from customer_attributes
    inner join life_attributes
        on customer_attributes.attribute = life_attributes.attribute
),
distinct_texts as (
    select distinct text
    from texts
),
final as (
    select
        text,
        trim(lower(translate(
            text,
            '０１２３４５６７８９ＡＢＣＤＥＦＧＨＩＪＫＬＭＮＯＰＱＲＳＴＵＶＷＸＹＺ'
                || 'ａｂｃｄｅｆｇｈｉｊｋｌｍｎｏｐｑｒｓｔｕｖｗｘｙｚ　，．：；！？（）－／％＆＋',
            '0123456789abcdefghijklmnopqrstuvwxyz'
                || 'abcdefghijklmnopqrstuvwxyz ,.:;!?()-/%&+'
        ))) as said
    from distinct_texts
    where text is not null
)
select * from final
