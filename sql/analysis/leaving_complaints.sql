-- A churned customer with a reason to complain in the twelve months that end with their
-- leaving: a case that was still unresolved when they left, or one whose category is
-- one of the company's words for a fault. The case that says most stands for the
-- others: a fault by its word before one that was only unresolved, then the latest.
-- grain: customer_id
-- needs: none

with churn_states as (
    select * from analysis.churn_states
),
cases as (
    select * from staging.cases
),
said_words as (
    select * from analysis.said_words
),
known_cases as (
    select
        churn_states.customer_id,
        cases.case_id,
        nullif(trim(cases.category), '') as category,
        cases.opened_on,
        coalesce(said_words.equal_class, said_words.pattern_class, 'none') as class,
        coalesce(said_words.equal_sub_class, said_words.pattern_sub_class) as sub_class,
        coalesce(cases.resolved_on > churn_states.churned_on, true) as is_unresolved
    from churn_states
    inner join cases
        on churn_states.customer_id = cases.customer_id
        and churn_states.churned_on >= cases.opened_on
        and cast(churn_states.churned_on - interval '12' month as date)
            < cases.opened_on
    left join said_words
        on cases.category = said_words.text
    where churn_states.state = 'churned'
),
complaints as (
    select
        customer_id,
        case_id, category,
        case
            when class = 'fault' and sub_class <> 'none' then sub_class
            else 'service'
        end as sub_class,
        opened_on,
        row_number() over (
            partition by customer_id
            order by
                case when class = 'fault' then 1 else 2 end,
                opened_on desc,
                case_id
        ) as place
    from known_cases
    where class = 'fault' or is_unresolved
),
final as (
    select customer_id, case_id, category, sub_class, opened_on
    from complaints
    where place = 1
)
select * from final
