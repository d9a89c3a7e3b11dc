-- One kind of ledger entries in the window W, and what became of them: what the ledger
-- has is what belongs to customers, directly or by allocation, and what stays
-- unassigned, to the cent.
-- grain: kind
-- needs: ledger
-- mart: yes
-- units: ledger_total money, assigned money, allocated money, unassigned money
-- units: difference money
-- column: kind  revenue, discount, refund, cogs, service, selling, overhead, bad_debt,
--   or
--   a word that profit does not know
-- column: ledger_total  sum of the entries posted in W
-- column: assigned  of it, entries that name a customer, or an order or contract of one
-- column: allocated  of it, shared entries divided among customers
-- column: unassigned  of it, what belongs to nobody
-- column: difference  what is left; anything but 0 holds the run back
with
kind_balances as (
    select * from core.kind_balances where profit_window = 'current'
),
final as (
    select
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
