-- A customer with something unsettled on D: an invoice that they dispute and have not
-- paid, or a case or complaint that is open.
-- grain: customer_id
-- needs: none
-- units: open_cases count

with invoices as (
    select * from staging.invoices
),
open_cases as (
    select * from analysis.open_cases
),
params as (
    select * from run.params
),
unsettled as (
    select customer_id, open_cases, oldest_opened_on
    from open_cases
    union all
    select invoices.customer_id, 0, invoices.issued_on
    from invoices
    cross join params
    where
        invoices.disputed
        and invoices.issued_on < params.as_of
        and (invoices.paid_on is null or invoices.paid_on >= params.as_of)
),
final as (
    select
        customer_id,
        cast(sum(open_cases) as bigint) as open_cases,
        min(oldest_opened_on) as since
    from unsettled
    group by customer_id
)
select * from final
