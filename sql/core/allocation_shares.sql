-- One customer's share of the shared entries of a kind in a profit window by the
-- declared driver, in whole minor units and what the division leaves over. Remainders
-- are put into bands of a thousandth of the whole, the largest in the highest, so that
-- the few that a unit hangs on are found without sorting all.
-- grain: profit_window, kind, customer_id
-- needs: none
-- view: yes
-- units: share count
-- column: is_history  whether the window is one of the history
-- column: weight  what the driver measures of the customer
-- column: share  whole minor units below the customer's part
-- column: remainder  what is left of the part, in parts of the sum of all weights
-- column: band  0 to 1024; a larger remainder is in the same band or a higher one
with
allocation_pools as (
    select * from core.allocation_pools where units > 0
),
shared_pools as (
    select * from core.shared_pools
),
allocation_drivers as (
    select * from core.allocation_drivers
),
pools as (
    select
        allocation_pools.profit_window, allocation_pools.kind, allocation_pools.driver,
        allocation_pools.units, shared_pools.weights
    from allocation_pools
    inner join shared_pools
        on allocation_pools.profit_window = shared_pools.profit_window
        and allocation_pools.kind = shared_pools.kind
),
weighed as (
    select
        pools.profit_window, pools.kind, pools.driver, pools.weights,
        allocation_drivers.is_history, allocation_drivers.customer_id,
        allocation_drivers.weight,
        cast(pools.units as decimal(38, 0)) * allocation_drivers.weight as dividend
    from allocation_drivers
    inner join pools
        on allocation_drivers.profit_window = pools.profit_window
        and allocation_drivers.driver = pools.driver
),
guessed as (
    -- the quotient of doubles is the whole number, or the one beside it
    select
        profit_window, kind, driver, weights,
        is_history, customer_id, weight, dividend,
        cast(
            floor(cast(dividend as double) / nullif(cast(weights as double), 0))
            as decimal(18, 0)
        ) as share
    from weighed
),
divided as (
    select
        profit_window, kind, driver, weights,
        is_history, customer_id, weight, share,
        dividend - cast(share as decimal(38, 0)) * weights as remainder
    from guessed
),
corrected as (
    select
        profit_window, kind, driver, weights, is_history, customer_id, weight,
        case
            when remainder < 0 then share - 1
            when remainder >= weights then share + 1
            else share
        end as share,
        case
            when remainder < 0 then remainder + weights
            when remainder >= weights then remainder - weights
            else remainder
        end as remainder
    from divided
),
final as (
    select
        profit_window, kind, driver, is_history, customer_id, weight, share, remainder,
        floor(
            1024e0 * cast(remainder as double) / nullif(cast(weights as double), 0)
        ) as band
    from corrected
)
select * from final
