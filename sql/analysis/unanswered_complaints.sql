-- A service case or complaint of a customer that nobody has resolved: somebody should
-- answer before anything is offered.
-- grain: customer_id, case_id
-- needs: cases
-- mart: yes
-- units: days_open days
-- column: customer_id  who complained; unknown
-- column: case_id  the case
-- column: opened_at  day on which it was opened
-- column: days_open  from that day until D
-- column: category  in the company's own words; unknown
-- column: severity  in the company's own words; unknown
-- column: element  contact, product_quality, service or image, by the words of
--   satisfaction.elements, else of churn.classes; other: none of them; unknown
-- column: evidence  the figures behind it, as name=value; name=value
with
open_complaints as (
    select * from analysis.open_complaints
),
case_elements as (
    select * from analysis.case_elements
),
named as (
    select
        open_complaints.customer_id, open_complaints.case_id,
        coalesce(nullif(trim(open_complaints.category), ''), 'unknown') as category,
        coalesce(nullif(trim(open_complaints.severity), ''), 'unknown') as severity,
        coalesce(case_elements.element, 'unknown') as element,
        open_complaints.days_open, open_complaints.opened_on
    from open_complaints
    left join case_elements
        on open_complaints.category = case_elements.category
),
final as (
    select
        cast(coalesce(customer_id, 'unknown') as varchar) as customer_id,
        cast(case_id as varchar) as case_id,
        cast(opened_on as date) as opened_at,
        cast(days_open as bigint) as days_open,
        cast(category as varchar) as category,
        cast(severity as varchar) as severity,
        cast(element as varchar) as element,
        cast(
            concat(
                'case=', case_id, '; opened_on=', cast(opened_on as varchar),
                '; days_open=', cast(days_open as varchar),
                '; category=', category, '; severity=', severity
            ) as varchar
        ) as evidence
    from named
)
select * from final
