-- A service case or complaint that was opened before D and not resolved before D.
-- grain: case_id
-- needs: none
-- units: days_open days
-- column: days_open  from the day it was opened until D
with
cases as (
    select * from staging.cases
),
params as (
    select * from run.params
),
final as (
    select
        cases.case_id, cases.customer_id,
        cases.category, cases.severity,
        date_diff('day', cases.opened_on, params.as_of) as days_open,
        cases.opened_on
    from cases
    cross join params
    where
        cases.opened_on < params.as_of
        and (cases.resolved_on is null or cases.resolved_on >= params.as_of)
)
select * from final
