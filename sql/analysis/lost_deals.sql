-- A churned customer with an opportunity that was lost in the twelve months that end
-- with their leaving, in a stage that is one of the company's words for a competitor.
-- grain: customer_id
-- needs: none

with churn_states as (
    select * from analysis.churn_states
),
opportunities as (
    select * from staging.opportunities
),
said_words as (
    select * from analysis.said_words
),
lost as (
    select
        churn_states.customer_id,
        opportunities.opportunity_id,
        opportunities.closed_on,
        coalesce(said_words.equal_sub_class, said_words.pattern_sub_class) as sub_class,
        row_number() over (
            partition by churn_states.customer_id
            order by opportunities.closed_on desc, opportunities.opportunity_id
        ) as place
    from churn_states
    inner join opportunities
        on churn_states.customer_id = opportunities.customer_id
        and churn_states.churned_on >= opportunities.closed_on
        and cast(churn_states.churned_on - interval '12' month as date)
            < opportunities.closed_on
    inner join said_words
        on opportunities.stage = said_words.text
    where
        churn_states.state = 'churned'
        and not opportunities.won
        and coalesce(said_words.equal_class, said_words.pattern_class) = 'competitive'
),
final as (
    select customer_id, opportunity_id, sub_class, closed_on
    from lost
    where place = 1
)
select * from final
