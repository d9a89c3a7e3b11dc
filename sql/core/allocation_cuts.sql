-- The shared entries of a kind in a profit window: how many units the whole shares
-- leave over, and in which band of remainders the last of them is given.
-- grain: profit_window, kind
-- needs: none
-- column: top_band  the highest band with a customer in it
-- column: cut_band  customers above it get one more unit, those below it none; NULL
--   when nothing is left over
-- column: left_in_band  units that are left over for the customers of cut_band
with
allocation_pools as (
    select * from core.allocation_pools
),
allocation_shares as (
    select * from core.allocation_shares
),
bands as (
    select
        profit_window, kind, band,
        count(*) as customers,
        sum(share) as share
    from allocation_shares
    group by profit_window, kind, band
),
running as (
    select
        profit_window, kind, band, customers,
        sum(customers) over by_band as so_far,
        sum(share) over in_pool as shared,
        max(band) over in_pool as top_band
    from bands
    window in_pool as (partition by profit_window, kind),
    by_band as (
        partition by profit_window, kind
        order by band desc
        rows between unbounded preceding and current row
    )
),
placed as (
    select
        running.profit_window, running.kind, running.band, running.top_band,
        running.so_far, running.customers,
        allocation_pools.units - running.shared as left_over
    from running
    inner join allocation_pools
        on running.profit_window = allocation_pools.profit_window
        and running.kind = allocation_pools.kind
),
final as (
    select
        profit_window, kind,
        max(top_band) as top_band,
        max(case when so_far >= left_over and left_over > 0 then band end) as cut_band,
        max(
            case
                when so_far >= left_over and so_far - customers < left_over
                    then left_over - (so_far - customers)
            end
        ) as left_in_band
    from placed
    group by profit_window, kind
)
select * from final
