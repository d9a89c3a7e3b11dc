-- One profit window and what its profit stands on. Sales come from the ledger when it
-- has revenue from the first month on in which the window has order lines, else from
-- order lines, returns and contracts; the cost of goods likewise. Bad debt comes from
-- the ledger when it knows any, else from invoices.
-- grain: profit_window
-- needs: none
-- column: sales_from  ledger or lines
-- column: cogs_from  ledger or lines
-- column: bad_debt_from  ledger or invoices
with
profit_windows as (
    select * from core.profit_windows
),
window_slices as (
    select * from core.window_slices
),
time_slices as (
    select * from core.time_slices
),
ledger_totals as (
    select * from core.ledger_totals
),
line_slices as (
    select * from core.line_slices
),
ledger_starts as (
    select
        min(case when ledger_totals.kind = 'revenue' then time_slices.month_on end)
            as sales_on,
        min(case when ledger_totals.kind = 'cogs' then time_slices.month_on end)
            as cogs_on,
        count(case when ledger_totals.kind = 'bad_debt' then 1 end) as bad_debts
    from ledger_totals
    inner join time_slices
        on ledger_totals.slice = time_slices.slice
),
sold_slices as (
    select slice
    from line_slices
    group by slice
),
first_sales as (
    select
        window_slices.profit_window,
        min(time_slices.month_on) as month_on
    from window_slices
    inner join sold_slices
        on window_slices.slice = sold_slices.slice
    inner join time_slices
        on window_slices.slice = time_slices.slice
    group by window_slices.profit_window
),
judged as (
    select
        profit_windows.profit_window, profit_windows.kind,
        coalesce(
            ledger_starts.sales_on <= coalesce(
                first_sales.month_on, profit_windows.ends_on
            ), false
        ) as has_ledger_sales,
        coalesce(
            ledger_starts.cogs_on <= coalesce(
                first_sales.month_on, profit_windows.ends_on
            ), false
        ) as has_ledger_cogs,
        ledger_starts.bad_debts
    from profit_windows
    cross join ledger_starts
    left join first_sales
        on profit_windows.profit_window = first_sales.profit_window
),
final as (
    select
        profit_window, kind as window_kind,
        case when has_ledger_sales then 'ledger' else 'lines' end as sales_from,
        case when has_ledger_cogs then 'ledger' else 'lines' end as cogs_from,
        case when bad_debts > 0 then 'ledger' else 'invoices' end as bad_debt_from
    from judged
)
select * from final
