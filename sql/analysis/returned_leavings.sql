-- A leaving that a return ended, with the rule that says so and the class of its cause:
-- of a stated departure the stated one, else a complaint in the twelve months before,
-- else unclassified. A return is one, whatever number of rules sees it: stated
-- departures come before contracts and these before silence. Who was away already has
-- not left again: a leaving before an earlier return is part of that absence.
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
single_returns as (
    select
        customer_id, returned_on,
        min(place) as place,
        min_by(left_on, place) as left_on,
        min_by(rule, place) as rule
    from returns
    group by customer_id, returned_on
),
absences as (
    select
        customer_id, left_on, returned_on, rule,
        lag(returned_on) over (
            partition by customer_id
            order by returned_on
        ) as returned_before_on
    from single_returns
),
leavings as (
    select customer_id, left_on, returned_on, rule
    from absences
    where coalesce(returned_before_on <= left_on, true)
),
complaints as (
    select
        leavings.customer_id, leavings.returned_on,
        max(coalesce(said_words.equal_sub_class, said_words.pattern_sub_class))
            as sub_class
    from leavings
    inner join cases
        on leavings.customer_id = cases.customer_id
        and cases.opened_on <= leavings.left_on
        and cases.opened_on > cast(leavings.left_on - interval '12' month as date)
    inner join said_words
        on cases.category = said_words.text
    where coalesce(said_words.equal_class, said_words.pattern_class) = 'fault'
    group by leavings.customer_id, leavings.returned_on
),
final as (
    select
        leavings.customer_id, leavings.rule,
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
        leavings.left_on, leavings.returned_on
    from leavings
    left join departure_reasons
        on leavings.customer_id = departure_reasons.customer_id
        and leavings.left_on = departure_reasons.left_on
        and leavings.rule = 'stated_departure'
    left join complaints
        on leavings.customer_id = complaints.customer_id
        and leavings.returned_on = complaints.returned_on
)
select * from final
