-- One entry of a day that can be behind a customer's figures: an order line, a return,
-- a ledger entry or an invoice that became bad debt, and what it brings to which part.
-- Which of them count is decided per window, in core.postings.
-- grain: table_name, entry_key, part
-- needs: none
-- view: yes
-- units: amount money
-- column: origin  lines, ledger or invoices: what the window's part must come from
with
line_postings as (
    select * from core.line_postings
),
return_postings as (
    select * from core.return_postings
),
ledger_postings as (
    select * from core.ledger_postings
),
bad_debts as (
    select * from core.bad_debts
),
final as (
    select
        customer_id, part,
        'order_lines' as table_name, entry_key,
        'lines' as origin,
        amount,
        ordered_on as posted_on,
        _source, _file, _line
    from line_postings
    union all
    select
        customer_id, part,
        'returns' as table_name, entry_key,
        'lines' as origin,
        amount,
        posted_on,
        _source, _file, _line
    from return_postings
    union all
    select
        customer_id, part,
        'ledger' as table_name, entry_id as entry_key,
        'ledger' as origin,
        amount,
        posted_on,
        _source, _file, _line
    from ledger_postings
    union all
    select
        customer_id,
        'bad_debt' as part,
        'invoices' as table_name, invoice_id as entry_key,
        'invoices' as origin,
        amount,
        posted_on,
        cast(null as varchar) as _source, cast(null as varchar) as _file,
        cast(null as bigint) as _line
    from bad_debts
)
select * from final
