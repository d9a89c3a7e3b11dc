-- One invoice that became bad debt.
-- grain: invoice_id
-- needs: none
-- view: yes
-- units: amount money
with
invoices as (
    select * from staging.invoices
),
final as (
    select invoice_id, customer_id, amount, issued_on as posted_on
    from invoices
    where 1 = 0
)
select * from final
