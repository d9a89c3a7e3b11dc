-- A customer with service cases or complaints that were opened before D and not
-- resolved before D.
-- grain: customer_id
-- needs: none
-- units: open_cases count

with cases as (
    select * from staging.cases
),
params as (
    select * from run.params
),
final as (
    select
        cases.customer_id,
        count(*) as open_cases,
        min(cases.opened_on) as oldest_opened_on
    from cases
    cross join params
    where
        cases.opened_on < params.as_of
        and (cases.resolved_on is null or cases.resolved_on >= params.as_of)
    group by cases.customer_id
)
select * from final
