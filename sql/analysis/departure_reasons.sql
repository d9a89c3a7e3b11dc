-- One leaving of a customer before D and the class that the company's words give to
-- what was stated, tried in the order reason exact, category exact, reason pattern,
-- category pattern; class is NULL when no word fits. A price reason beside the name of
-- a competitor is competitive.
-- grain: customer_id, left_on
-- needs: none
-- column: said  the reason as words are compared with it, else the category

with departures as (
    select * from staging.departures
),
said_words as (
    select * from analysis.said_words
),
params as (
    select * from run.params
),
matched as (
    select
        departures.customer_id,
        departures.left_on,
        nullif(trim(departures.category), '') as category,
        nullif(trim(departures.reason), '') as reason,
        coalesce(nullif(reasons.said, ''), nullif(categories.said, '')) as said,
        nullif(trim(departures.competitor), '') as competitor,
        coalesce(
            reasons.equal_class, categories.equal_class,
            reasons.pattern_class, categories.pattern_class
        ) as class,
        coalesce(
            reasons.equal_sub_class, categories.equal_sub_class,
            reasons.pattern_sub_class, categories.pattern_sub_class
        ) as sub_class
    from departures
    cross join params
    left join said_words as reasons
        on departures.reason = reasons.text
    left join said_words as categories
        on departures.category = categories.text
    where departures.left_on < params.as_of
),
final as (
    select
        customer_id,
        category,
        reason,
        said,
        competitor,
        case
            when class = 'fault' and sub_class = 'price' and competitor is not null
                then 'competitive'
            else class
        end as class,
        sub_class,
        left_on
    from matched
)
select * from final
