-- One invoice.
-- grain: invoice_id
-- needs: none
-- view: yes
-- units: amount money, paid_amount money
with
invoices as (
    select * from raw.invoices
),
identities as (
    select source_id, customer_id from run.identities
),
final as (
    select
        invoice_id,
        coalesce(identities.customer_id, invoices.customer_id) as customer_id,
        amount, paid_amount,
        disputed,
        issued_on, due_on, paid_on
    from invoices
    left join identities
        on invoices.customer_id = identities.source_id
)
select * from final
