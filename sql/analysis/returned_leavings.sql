-- A leaving that a return ended, with the rule that says so and the class of its cause:
-- of a stated departure the stated one, else a complaint in the twelve months before,
-- else unclassified. A return is one, whatever number of rules sees it: stated
-- departures come before contracts and these before silence.
-- grain: customer_id, returned_on
-- needs: none

with stated_returns as (
    select * from analysis.stated_returns
),
contract_returns as (
    select * from analysis.contract_returns
),
silence_returns as (
    select * from analysis.silence_returns
),
departure_reasons as (
    select * from analysis.departure_reasons
),
cases as (
    select * from staging.cases
),
said_words as (
    select * from analysis.said_words
),
returns as (
    select customer_id, left_on, returned_on, 'stated_departure' as rule, 1 as place
    from stated_returns
    union all
    select customer_id, left_on, returned_on, 'contract_end', 2
    from contract_returns
    union all
    select customer_id, left_on, returned_on, 'silence', 3
    from silence_returns
),
numbered as (
    select
        customer_id, left_on, returned_on, rule,
        row_number() over (
            partition by customer_id, returned_on
            order by place
        ) as n
    from returns
),
complaints as (
    select
        numbered.customer_id, numbered.returned_on,
        max(coalesce(said_words.equal_sub_class, said_words.pattern_sub_class))
            as sub_class
    from numbered
    inner join cases
        on numbered.customer_id = cases.customer_id
        and cases.opened_on <= numbered.left_on
        and cases.opened_on > cast(numbered.left_on - interval '12' month as date)
    inner join said_words
        on cases.category = said_words.text
    where coalesce(said_words.equal_class, said_words.pattern_class) = 'fault'
        and numbered.n = 1
    group by numbered.customer_id, numbered.returned_on
),
final as (
    select
        numbered.customer_id, numbered.rule,
        case
            when departure_reasons.class <> 'unclassified' then departure_reasons.class
            when complaints.customer_id is not null then 'fault'
            when departure_reasons.competitor is not null then 'competitive'
            else 'unclassified'
        end as class,
        case
            when departure_reasons.class <> 'unclassified'
                then departure_reasons.sub_class
            else coalesce(complaints.sub_class, 'none')
        end as sub_class,
        numbered.left_on, numbered.returned_on
    from numbered
    left join departure_reasons
        on numbered.customer_id = departure_reasons.customer_id
        and numbered.left_on = departure_reasons.left_on
        and numbered.rule = 'stated_departure'
    left join complaints
        on numbered.customer_id = complaints.customer_id
        and numbered.returned_on = complaints.returned_on
    where numbered.n = 1
)
select * from final
