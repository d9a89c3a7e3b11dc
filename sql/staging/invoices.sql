-- One invoice, in the company's currency: amount and payment in another one are both
-- converted by the rate of the day of issue, each once, half away from zero, so that a
-- paid invoice leaves no rest. Of an invoice that was loaded more than once the first
-- copy counts, by the order of the mappings in pharos.yaml, then by file and line.
-- grain: invoice_id
-- needs: none
-- view: yes
-- units: amount money, paid_amount money
with
foreign_currencies as (
    select * from staging.foreign_currencies
),
invoices as (
    select * from raw.invoices
),
foreign_invoices as (
    select * from staging.foreign_invoices
),
converted as (
    select
        invoices.invoice_id, invoices.customer_id,
        invoices.amount, invoices.paid_amount,
        invoices.disputed,
        invoices.issued_on, invoices.due_on, invoices.paid_on,
        invoices._mapping, invoices._file, invoices._line
    from invoices
    left join foreign_currencies
        on invoices.currency = foreign_currencies.currency
    where foreign_currencies.currency is null
    union all
    select
        invoice_id, customer_id,
        cast(amount * rate as decimal(18, 4)) as amount,
        cast(paid_amount * rate as decimal(18, 4)) as paid_amount,
        disputed,
        issued_on, due_on, paid_on,
        _mapping, _file, _line
    from foreign_invoices
    where rule is null
),
numbered as (
    select
        invoice_id, customer_id,
        amount, paid_amount,
        disputed,
        issued_on, due_on, paid_on,
        row_number() over (
            partition by invoice_id
            order by
                _mapping nulls last, _file nulls last, _line nulls last,
                customer_id nulls last, amount nulls last, paid_amount nulls last,
                disputed nulls last, issued_on nulls last, due_on nulls last,
                paid_on nulls last
        ) as copy_number
    from converted
),
identities as (
    select source_id, customer_id from run.identities
),
final as (
    select
        numbered.invoice_id,
        coalesce(identities.customer_id, numbered.customer_id) as customer_id,
        amount, paid_amount,
        disputed,
        issued_on, due_on, paid_on
    from numbered
    left join identities
        on numbered.customer_id = identities.source_id
    where copy_number = 1
)
select * from final
