-- One invoice.
-- grain: invoice_id
-- needs: none
-- view: yes
-- units: amount money, paid_amount money
with
invoices as (
    select * from raw.invoices
),
final as (
    select
        invoice_id, customer_id,
        amount, paid_amount,
        disputed,
        issued_on, due_on, paid_on
    from invoices
)
select * from final
