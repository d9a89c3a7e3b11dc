-- One kind of ledger entries in a profit window, reconciled: W, W a year earlier, all
-- history, the fiscal year to date, the last twelve months, and every closed period.
-- grain: profit_window, kind
-- needs: ledger
-- mart: yes
-- units: ledger_total money, assigned money, allocated money, unassigned money
-- units: difference money
-- column: profit_window  current, previous, all, fiscal_year, trailing, or `closed`
--   and the
--   period
-- column: kind  kind of the entries
-- column: ledger_total  sum of the entries posted in the window
-- column: assigned  of it, what names a customer, or an order or contract of one
-- column: allocated  of it, shared entries divided among customers
-- column: unassigned  of it, what belongs to nobody
-- column: difference  what is left; anything but 0 holds the run back
with
kind_balances as (
    select * from core.kind_balances
),
final as (
    select
        cast(profit_window as varchar) as profit_window,
        cast(kind as varchar) as kind,
        cast(ledger_total as decimal(38, 4)) as ledger_total,
        cast(assigned as decimal(38, 4)) as assigned,
        cast(allocated as decimal(38, 4)) as allocated,
        cast(unassigned as decimal(38, 4)) as unassigned,
        cast(ledger_total - assigned - allocated - unassigned as decimal(38, 4))
            as difference
    from kind_balances
)
select * from final
