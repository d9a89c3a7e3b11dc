-- What happened to a customer in W that speaks of one element, by where it was found:
-- an answer below expectation; a complaint or case, by its category; a day on which
-- goods of an order came back, for product quality; a contact that did not reach the
-- customer, by the words of satisfaction.unanswered, for the contact surface. They are
-- counted source by source and are no answers.
-- grain: customer_id, element, source
-- needs: none
-- units: signals count
-- column: element  as in mart satisfaction
-- column: source  survey, case, return or touch
with
params as (
    select * from run.params
),
window_answers as (
    select * from analysis.window_answers where comparison = 'below'
),
unreached as (
    select text from analysis.satisfaction_meanings where kind = 'unanswered'
),
case_elements as (
    select * from analysis.case_elements
),
cases as (
    select * from staging.cases
),
returns as (
    select * from core.returns
),
touches as (
    select * from staging.touches
),
found as (
    select customer_id, element, 'survey' as source, answered_on as happened_on
    from window_answers
    union all
    select
        cases.customer_id,
        coalesce(case_elements.element, 'unknown'),
        'case',
        cases.opened_on
    from cases
    left join case_elements
        on cases.category = case_elements.category
    union all
    select customer_id, 'product_quality', 'return', returned_on
    from returns
    group by customer_id, order_id, returned_on
    union all
    select touches.customer_id, 'contact', 'touch', touches.at_on
    from touches
    inner join unreached
        on touches.outcome = unreached.text
),
final as (
    select
        found.customer_id, found.element, found.source,
        count(*) as signals,
        max(found.happened_on) as last_on
    from found
    cross join params
    where found.customer_id is not null
        and found.happened_on >= params.window_start
        and found.happened_on < params.as_of
    group by found.customer_id, found.element, found.source
)
select * from final
