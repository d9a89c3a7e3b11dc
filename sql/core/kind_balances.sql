-- One kind of ledger entries in a profit window: what the ledger has, what belongs to
-- customers directly, what was allocated to them, and what stays unassigned, each
-- counted on its own way.
-- grain: profit_window, kind
-- needs: none
-- units: ledger_total money, assigned money, allocated money, unassigned money
-- column: unassigned  entries whose order or contract leads to nobody, and the part of
--   the
--   shared ones that is not allocated
with
window_slices as (
    select * from core.window_slices where window_kind <> 'history'
),
ledger_totals as (
    select * from core.ledger_totals
),
kind_slices as (
    select * from core.kind_slices
),
allocations as (
    select * from core.allocations
),
allocation_pools as (
    select * from core.allocation_pools
),
parts as (
    select
        window_slices.profit_window, ledger_totals.kind,
        ledger_totals.amount as ledger_total,
        cast(null as decimal(38, 4)) as assigned,
        cast(null as decimal(38, 4)) as allocated,
        cast(null as decimal(38, 4)) as unassigned
    from ledger_totals
    inner join window_slices
        on ledger_totals.slice = window_slices.slice
    union all
    select
        window_slices.profit_window, kind_slices.kind,
        null, kind_slices.assigned, null, kind_slices.unresolved
    from kind_slices
    inner join window_slices
        on kind_slices.slice = window_slices.slice
    union all
    select profit_window, kind, null, null, amount, null
    from allocations
    union all
    select profit_window, kind, null, null, null, unassigned
    from allocation_pools
),
windows as (
    select profit_window
    from window_slices
    group by profit_window
),
final as (
    select
        parts.profit_window, parts.kind,
        cast(coalesce(sum(parts.ledger_total), 0) as decimal(38, 4)) as ledger_total,
        cast(coalesce(sum(parts.assigned), 0) as decimal(38, 4)) as assigned,
        cast(coalesce(sum(parts.allocated), 0) as decimal(38, 4)) as allocated,
        cast(coalesce(sum(parts.unassigned), 0) as decimal(38, 4)) as unassigned
    from parts
    inner join windows
        on parts.profit_window = windows.profit_window
    group by parts.profit_window, parts.kind
)
select * from final
