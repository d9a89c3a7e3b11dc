-- One customer's part of the shared entries of a kind in a profit window: the whole
-- minor units below their share by the declared driver, then one more for the largest
-- remainders (ties by customer_id), so that the parts add up to the pool exactly. What
-- is less than a minor unit goes to the first.
-- grain: profit_window, kind, customer_id
-- needs: none
-- view: yes
-- units: amount money
-- column: is_history  whether the window is one of the history
-- column: weight  what the driver measures of the customer
with
params as (
    select * from run.params
),
allocation_pools as (
    select * from core.allocation_pools
),
allocation_shares as (
    select * from core.allocation_shares
),
allocation_cuts as (
    select * from core.allocation_cuts
),
allocation_edges as (
    select * from core.allocation_edges
),
pools as (
    select
        allocation_pools.profit_window, allocation_pools.kind,
        allocation_pools.sign * params.minor_unit_parts as unit_parts,
        allocation_pools.sign * allocation_pools.rest as rest,
        allocation_cuts.top_band, allocation_cuts.cut_band, allocation_cuts.left_in_band
    from allocation_pools
    inner join allocation_cuts
        on allocation_pools.profit_window = allocation_cuts.profit_window
        and allocation_pools.kind = allocation_cuts.kind
    cross join params
),
final as (
    select
        allocation_shares.profit_window, allocation_shares.kind,
        allocation_shares.is_history, allocation_shares.customer_id,
        allocation_shares.driver, allocation_shares.weight,
        cast(
            case
                when allocation_shares.band > pools.cut_band
                    or allocation_shares.band = pools.cut_band
                    and allocation_edges.place <= pools.left_in_band
                    then allocation_shares.share + 1
                else allocation_shares.share
            end * pools.unit_parts * cast(0.0001 as decimal(5, 4))
            + case
                when allocation_shares.band = pools.top_band
                    and allocation_edges.place = 1 then pools.rest
                else 0
            end as decimal(38, 4)
        ) as amount
    from allocation_shares
    inner join pools
        on allocation_shares.profit_window = pools.profit_window
        and allocation_shares.kind = pools.kind
    left join allocation_edges
        on allocation_shares.profit_window = allocation_edges.profit_window
        and allocation_shares.kind = allocation_edges.kind
        and allocation_shares.customer_id = allocation_edges.customer_id
)
select * from final
