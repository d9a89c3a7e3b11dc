-- The shared entries of one kind in a profit window, with the driver that is declared
-- for the kind and what the driver measures of all customers together.
-- grain: profit_window, kind
-- needs: none
-- units: entries count, amount money
-- column: driver  revenue, orders, cases or equal; NULL when none is declared
-- column: weights  the sum of the driver's measures; NULL when it is zero for all
-- column: unassigned_bp  the declared share that stays unassigned, in basis points
with
rules as (
    select * from run.allocations
),
window_slices as (
    select * from core.window_slices
),
kind_slices as (
    select * from core.kind_slices where shared_entries > 0
),
allocation_drivers as (
    select * from core.allocation_drivers
),
driver_totals as (
    select driver, profit_window, sum(weight) as weights
    from allocation_drivers
    group by driver, profit_window
),
shared as (
    select
        window_slices.profit_window, kind_slices.kind,
        sum(kind_slices.shared_entries) as entries,
        sum(kind_slices.shared) as amount
    from kind_slices
    inner join window_slices
        on kind_slices.slice = window_slices.slice
    group by window_slices.profit_window, kind_slices.kind
),
final as (
    select
        shared.profit_window, shared.kind,
        cast(shared.entries as bigint) as entries,
        cast(shared.amount as decimal(38, 4)) as amount,
        rules.driver,
        cast(driver_totals.weights as decimal(38, 4)) as weights,
        rules.unassigned_bp
    from shared
    left join rules
        on shared.kind = rules.kind
    left join driver_totals
        on rules.driver = driver_totals.driver
        and shared.profit_window = driver_totals.profit_window
)
select * from final
