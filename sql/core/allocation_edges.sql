-- A customer whose remainder is in the band of the last unit that is left over, or in
-- the highest band, and their place in it by the largest remainder, ties by
-- customer_id.
-- grain: profit_window, kind, customer_id
-- needs: none
-- units: place count
with
allocation_shares as (
    select * from core.allocation_shares
),
allocation_cuts as (
    select * from core.allocation_cuts
),
edges as (
    select profit_window, kind, cut_band as band
    from allocation_cuts
    where cut_band is not null
    union all
    select profit_window, kind, top_band as band
    from allocation_cuts
    where coalesce(top_band <> cut_band, true)
),
final as (
    select
        allocation_shares.profit_window, allocation_shares.kind,
        allocation_shares.customer_id,
        row_number() over (
            partition by
                allocation_shares.profit_window, allocation_shares.kind,
                allocation_shares.band
            order by allocation_shares.remainder desc, allocation_shares.customer_id
        ) as place
    from allocation_shares
    inner join edges
        on allocation_shares.profit_window = edges.profit_window
        and allocation_shares.kind = edges.kind
        and allocation_shares.band = edges.band
)
select * from final
