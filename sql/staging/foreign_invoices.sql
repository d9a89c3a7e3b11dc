-- One invoice in another currency than the company's, with the rate of the day on which
-- it was issued. An invoice with a rule cannot be converted: it is in mart quarantine
-- and in no figure.
-- grain: invoice_id
-- needs: none
-- view: yes
-- units: rate ratio, lowest_rate ratio, highest_rate ratio
-- column: rule  missing_rate, ambiguous_rate, out_of_range, or NULL
with
foreign_currencies as (
    select * from staging.foreign_currencies
),
invoices as (
    select * from raw.invoices
),
day_rates as (
    select * from staging.day_rates
),
final as (
    select
        invoices.invoice_id, invoices.customer_id,
        invoices.currency,
        case
            when day_rates.currency is null then 'missing_rate'
            when day_rates.rate is null then 'ambiguous_rate'
            when day_rates.rate
                * (abs(invoices.amount) + coalesce(abs(invoices.paid_amount), 0))
                >= 99999999999999
                then 'out_of_range'
        end as rule,
        invoices.amount, invoices.paid_amount,
        day_rates.rate, day_rates.lowest_rate, day_rates.highest_rate,
        invoices.disputed,
        invoices.issued_on, invoices.due_on, invoices.paid_on,
        invoices._source, invoices._mapping, invoices._file, invoices._line
    from invoices
    inner join foreign_currencies
        on invoices.currency = foreign_currencies.currency
    left join day_rates
        on invoices.currency = day_rates.currency
        and invoices.issued_on = day_rates.on_date
)
select * from final
