-- A customer who has said that they leave: their last leaving before D, and the class
-- that the company's words give to what they stated, tried in the order reason exact,
-- category exact, reason pattern, category pattern; class is NULL when no word fits. A
-- price reason beside the name of a competitor is competitive.
-- grain: customer_id
-- needs: none

with departures as (
    select * from staging.departures
),
said_words as (
    select * from analysis.said_words
),
params as (
    select * from run.params
),
last_days as (
    select departures.customer_id, max(departures.left_on) as left_on
    from departures
    cross join params
    where departures.left_on < params.as_of
    group by departures.customer_id
),
last_departures as (
    select
        departures.customer_id,
        departures.left_on,
        nullif(trim(departures.category), '') as category,
        nullif(trim(departures.reason), '') as reason,
        nullif(trim(departures.competitor), '') as competitor
    from departures
    inner join last_days
        on departures.customer_id = last_days.customer_id
        and departures.left_on = last_days.left_on
),
matched as (
    select
        last_departures.customer_id,
        last_departures.left_on,
        last_departures.category,
        last_departures.reason,
        last_departures.competitor,
        coalesce(
            reasons.equal_class, categories.equal_class,
            reasons.pattern_class, categories.pattern_class
        ) as class,
        coalesce(
            reasons.equal_sub_class, categories.equal_sub_class,
            reasons.pattern_sub_class, categories.pattern_sub_class
        ) as sub_class
    from last_departures
    left join said_words as reasons
        on lower(last_departures.reason) = reasons.said
    left join said_words as categories
        on lower(last_departures.category) = categories.said
),
final as (
    select
        customer_id,
        category,
        reason,
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
