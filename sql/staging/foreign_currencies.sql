-- One currency other than the company's in which some row of the lake is. Empty, and
-- not looked for, unless exchange rates are mapped: without them no such row reaches
-- the lake.
-- grain: currency
-- needs: none
with
params as (
    select * from run.params
),
mapped_columns as (
    select * from run.columns
),
occasion as (
    select table_name
    from mapped_columns
    where table_name = 'exchange_rates'
    group by table_name
),
currencies as (
    select order_lines.currency
    from raw.order_lines
    cross join occasion
    group by order_lines.currency
    union all
    select contracts.currency
    from raw.contracts
    cross join occasion
    group by contracts.currency
    union all
    select ledger.currency
    from raw.ledger
    cross join occasion
    group by ledger.currency
    union all
    select invoices.currency
    from raw.invoices
    cross join occasion
    group by invoices.currency
),
final as (
    select currencies.currency
    from currencies
    cross join params
    where currencies.currency <> params.currency
    group by currencies.currency
)
select * from final
