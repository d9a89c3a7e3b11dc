-- One invoice whose open rest is bad debt: it is not disputed, and it has been overdue
-- for as long as the company says (profit.bad_debt.overdue, 180 days). It is posted on
-- the due day and so many days, at the value that is open on the as-of day. A disputed
-- invoice is never bad debt until the dispute is decided; a credit that the customer
-- has with us is not set against it, for nobody said which invoice it belongs to.
-- grain: invoice_id
-- needs: none
-- units: amount money
with
params as (
    select * from run.params
),
invoice_states as (
    select * from core.invoice_states
),
final as (
    select
        invoice_states.customer_id, invoice_states.invoice_id,
        invoice_states.rest as amount,
        invoice_states.bad_on as posted_on
    from invoice_states
    cross join params
    where invoice_states.rest > 0
        and not invoice_states.is_disputed
        and invoice_states.bad_on < params.as_of
)
select * from final
