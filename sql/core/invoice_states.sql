-- One invoice that was issued before the as-of day, with what is still open of it then.
-- A payment on the as-of day or later has not come yet; one with an amount but no day
-- has, and one with a day but no amount paid everything. Without a due day an invoice
-- is due as many days after its issue as the company says (profit.bad_debt.due_within,
-- 30).
-- grain: invoice_id
-- needs: none
-- view: yes
-- units: amount money, paid money, rest money
-- column: rest  below zero for what the customer has with us: an unpaid credit invoice,
--   or a payment of more than was billed
-- column: is_overdue  the due day has passed and something is open
-- column: bad_on  the day from which the rest is bad debt, unless it is disputed
with
params as (
    select * from run.params
),
invoices as (
    select * from staging.invoices
),
paid_invoices as (
    select
        invoices.invoice_id, invoices.customer_id,
        invoices.amount,
        case
            when invoices.paid_on >= params.as_of then 0
            when invoices.paid_amount is not null then invoices.paid_amount
            when invoices.paid_on is not null then invoices.amount
            else 0
        end as paid,
        coalesce(invoices.disputed, false) as is_disputed,
        invoices.issued_on,
        cast(coalesce(
            invoices.due_on,
            invoices.issued_on + params.invoice_due_days * interval '1' day
        ) as date) as due_on,
        params.as_of, params.bad_debt_days
    from invoices
    cross join params
    where invoices.issued_on < params.as_of
),
final as (
    select
        invoice_id, customer_id,
        cast(amount as decimal(38, 4)) as amount,
        cast(paid as decimal(38, 4)) as paid,
        cast(amount - paid as decimal(38, 4)) as rest,
        is_disputed,
        amount > paid and due_on < as_of as is_overdue,
        issued_on, due_on,
        cast(due_on + bad_debt_days * interval '1' day as date) as bad_on
    from paid_invoices
)
select * from final
