-- One customer's part of the shared entries of a kind in a profit window: the whole
-- minor units below their share by the declared driver, then one more for the largest
-- remainders (ties by customer_id), so that the parts add up to the pool exactly. What
-- is less than a minor unit goes to the first.
-- grain: profit_window, kind, customer_id
-- needs: none
-- units: amount money
-- column: weight  what the driver measures of the customer, in whole ten-thousandths
with
params as (
    select * from run.params
),
allocation_pools as (
    select * from core.allocation_pools where units > 0
),
shared_pools as (
    select * from core.shared_pools
),
allocation_drivers as (
    select * from core.allocation_drivers
),
weighed as (
    select
        allocation_pools.profit_window, allocation_pools.kind,
        allocation_drivers.customer_id, allocation_pools.driver,
        allocation_pools.sign, allocation_pools.units, allocation_pools.rest,
        allocation_drivers.weight, shared_pools.weights,
        cast(allocation_pools.units as decimal(38, 0))
            * cast(allocation_drivers.weight as decimal(38, 0)) as dividend
    from allocation_pools
    inner join shared_pools
        on allocation_pools.profit_window = shared_pools.profit_window
        and allocation_pools.kind = shared_pools.kind
    inner join allocation_drivers
        on allocation_pools.profit_window = allocation_drivers.profit_window
        and allocation_pools.driver = allocation_drivers.driver
),
divided as (
    select
        profit_window, kind, customer_id, driver, sign, units, rest, weight,
        mod(dividend, weights) as remainder,
        cast(
            round(
                cast(dividend - mod(dividend, weights) as double)
                / nullif(cast(weights as double), 0)
            ) as decimal(28, 0)
        ) as share
    from weighed
),
placed as (
    select
        profit_window, kind, customer_id, driver, sign, rest, weight, share,
        units - sum(share) over (partition by profit_window, kind) as left_over,
        row_number() over (
            partition by profit_window, kind
            order by remainder desc, customer_id
        ) as place
    from divided
),
final as (
    select
        placed.profit_window, placed.kind, placed.customer_id,
        placed.driver, placed.weight,
        cast(
            placed.sign * (
                (placed.share + case when place <= left_over then 1 else 0 end)
                * params.minor_unit_parts * cast(0.0001 as decimal(5, 4))
                + case when place = 1 then placed.rest else 0 end
            ) as decimal(38, 4)
        ) as amount
    from placed
    cross join params
)
select * from final
