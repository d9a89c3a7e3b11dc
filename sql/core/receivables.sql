-- One customer who was billed before the as-of day: what of it was paid and what is
-- open. Billed less paid is the open amount less the credit.
-- grain: customer_id
-- needs: invoices
-- mart: yes
-- units: invoices count, billed money, paid money, open_amount money
-- units: credit_amount money, overdue_amount money, disputed_amount money
-- units: bad_debt money
-- column: billed  of all invoices; a credit invoice is below zero and lowers it
-- column: open_amount  unpaid rests of invoices, disputed ones and bad debt included
-- column: credit_amount  what the customer has with us: unpaid credit invoices, and
--   payments of more than was billed; not set against the open amount
-- column: overdue_amount  of the open amount, what is past its due day
-- column: disputed_amount  of the open amount, what is disputed, overdue or not
-- column: bad_debt  of the overdue amount, what is overdue for too long and not
--   disputed
-- column: oldest_overdue_on  the first due day that has passed with something open
with
invoice_states as (
    select * from core.invoice_states
),
bad_debts as (
    select * from core.bad_debts
),
judged as (
    select
        invoice_states.customer_id,
        invoice_states.amount, invoice_states.paid, invoice_states.rest,
        bad_debts.amount as bad_amount,
        invoice_states.is_disputed, invoice_states.is_overdue,
        invoice_states.due_on
    from invoice_states
    left join bad_debts
        on invoice_states.invoice_id = bad_debts.invoice_id
),
final as (
    select
        cast(customer_id as varchar) as customer_id,
        cast(count(*) as bigint) as invoices,
        cast(sum(amount) as decimal(38, 4)) as billed,
        cast(sum(paid) as decimal(38, 4)) as paid,
        cast(sum(case when rest > 0 then rest else 0 end) as decimal(38, 4))
            as open_amount,
        cast(sum(case when rest < 0 then -rest else 0 end) as decimal(38, 4))
            as credit_amount,
        cast(sum(case when is_overdue then rest else 0 end) as decimal(38, 4))
            as overdue_amount,
        cast(
            sum(case when rest > 0 and is_disputed then rest else 0 end)
            as decimal(38, 4)
        ) as disputed_amount,
        cast(coalesce(sum(bad_amount), 0) as decimal(38, 4)) as bad_debt,
        cast(min(case when is_overdue then due_on end) as date) as oldest_overdue_on
    from judged
    group by customer_id
)
select * from final
