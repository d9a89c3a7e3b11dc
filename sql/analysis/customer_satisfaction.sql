-- A customer who answered in W, was asked, complained, sent something back or could not
-- be reached in it, or has an open complaint: what that comes to.
-- grain: customer_id
-- needs: surveys | cases | returns | touches
-- mart: yes
-- units: answers count, below count, equal count, above count, scored count
-- units: mean_score points, complaints count, open_complaints count, returns count
-- units: failed_contacts count
-- column: answers  given in W
-- column: below  of them, those whose experience is below the expectation
-- column: equal  those whose experience is as expected
-- column: above  those whose experience is above the expectation
-- column: scored  those with a score
-- column: mean_score  of the scores; NULL where there is none
-- column: last_answered_on  day of the last of them
-- column: was_asked  could have answered, as mart satisfaction_response counts
-- column: has_answered  could have, and answered
-- column: complaints  cases opened in W
-- column: open_complaints  cases that are open on D, whenever they were opened
-- column: returns  days in W on which goods of an order came back
-- column: failed_contacts  contacts in W that did not reach the customer
with
window_answers as (
    select * from analysis.window_answers
),
survey_members as (
    select * from analysis.survey_members
),
element_signals as (
    select * from analysis.element_signals where source <> 'survey'
),
open_cases as (
    select * from analysis.open_cases where customer_id is not null
),
answered as (
    select
        customer_id,
        count(*) as answers,
        count(case when comparison = 'below' then 1 end) as below,
        count(case when comparison = 'equal' then 1 end) as equal,
        count(case when comparison = 'above' then 1 end) as above,
        count(score) as scored,
        cast(sum(score) as double) / nullif(cast(count(score) as double), 0)
            as mean_score,
        max(answered_on) as last_answered_on
    from window_answers
    group by customer_id
),
signalled as (
    select
        customer_id,
        sum(case when source = 'case' then signals else 0 end) as complaints,
        sum(case when source = 'return' then signals else 0 end) as returns,
        sum(case when source = 'touch' then signals else 0 end) as failed_contacts
    from element_signals
    group by customer_id
),
asked as (
    select * from survey_members where is_counted and basis = 'asked'
),
everybody as (
    select customer_id from answered
    union distinct
    select customer_id from signalled
    union distinct
    select customer_id from open_cases
    union distinct
    select customer_id from asked
),
final as (
    select
        cast(everybody.customer_id as varchar) as customer_id,
        cast(coalesce(answered.answers, 0) as bigint) as answers,
        cast(coalesce(answered.below, 0) as bigint) as below,
        cast(coalesce(answered.equal, 0) as bigint) as equal,
        cast(coalesce(answered.above, 0) as bigint) as above,
        cast(coalesce(answered.scored, 0) as bigint) as scored,
        cast(answered.mean_score as double) as mean_score,
        cast(answered.last_answered_on as date) as last_answered_on,
        coalesce(survey_members.is_counted, false) as was_asked,
        coalesce(survey_members.has_answered, false) as has_answered,
        cast(coalesce(signalled.complaints, 0) as bigint) as complaints,
        cast(coalesce(open_cases.open_cases, 0) as bigint) as open_complaints,
        cast(coalesce(signalled.returns, 0) as bigint) as returns,
        cast(coalesce(signalled.failed_contacts, 0) as bigint) as failed_contacts
    from everybody
    left join answered
        on everybody.customer_id = answered.customer_id
    left join signalled
        on everybody.customer_id = signalled.customer_id
    left join open_cases
        on everybody.customer_id = open_cases.customer_id
    left join survey_members
        on everybody.customer_id = survey_members.customer_id
)
select * from final
