-- A churned customer with a record of a life event (moved, closed, deceased, no need
-- any more): a case or a contact from twelve months before leaving on, or an attribute
-- that pharos.yaml names, that says one of the company's words for a natural cause.
-- Cases come before contacts, these before attributes; the latest record counts.
-- grain: customer_id
-- needs: none
-- column: record  what says so, as name=value

with churn_states as (
    select * from analysis.churn_states
),
cases as (
    select * from staging.cases
),
touches as (
    select * from staging.touches
),
customer_attributes as (
    select * from core.customer_attributes
),
life_attributes as (
    select * from run.life_attributes
),
said_words as (
    select * from analysis.said_words
),
params as (
    select * from run.params
),
records as (
    select
        customer_id, category as text, 'case_id=' || case_id as record, 1 as place,
        opened_on as on_day
    from cases
    union all
    select
        customer_id, outcome, 'contact_on=' || cast(at_on as varchar), 2,
        at_on
    from touches
    union all
    select
        customer_attributes.customer_id, customer_attributes.value,
        customer_attributes.attribute || '=' || customer_attributes.value, 3,
        cast(null as date)
    from customer_attributes
    inner join life_attributes
        on customer_attributes.attribute = life_attributes.attribute
),
natural_words as (
    select
        text,
        coalesce(equal_class, pattern_class) as class,
        coalesce(equal_sub_class, pattern_sub_class) as sub_class
    from said_words
),
numbered as (
    select
        records.customer_id,
        natural_words.sub_class,
        records.record,
        row_number() over (
            partition by records.customer_id
            order by records.place, records.on_day desc nulls last, records.record
        ) as n
    from records
    inner join natural_words
        on records.text = natural_words.text
        and natural_words.class = 'natural'
    inner join churn_states
        on records.customer_id = churn_states.customer_id
        and churn_states.state = 'churned'
    cross join params
    where records.on_day is null
        or (
            records.on_day > cast(churn_states.churned_on - interval '12' month as date)
            and records.on_day < params.as_of
        )
),
final as (
    select customer_id, sub_class, record
    from numbered
    where n = 1
)
select * from final
