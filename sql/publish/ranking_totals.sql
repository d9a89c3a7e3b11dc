-- One row: what the ranking of the customers with any line in the window W comes to,
-- also when there is nobody.
-- grain: none
-- needs: none
-- units: customers count, revenue money, profit money, top20_revenue money
-- units: top20_profit money, n80_customers count, tied_at_cut count, whale_peak money
-- units: revenue_gini share

with profit_windows as (
    select * from core.profit_windows
),
rankings as (
    select * from segment.rankings where segmentation = 'none'
),
final as (
    select
        rankings.revenue, rankings.profit,
        rankings.top20_revenue, rankings.top20_profit,
        coalesce(rankings.whale_peak, 0) as whale_peak,
        coalesce(rankings.customers, 0) as customers,
        rankings.n80_customers,
        coalesce(rankings.tied_at_cut, 0) as tied_at_cut,
        rankings.revenue_gini
    from profit_windows
    left join rankings
        on profit_windows.profit_window = rankings.profit_window
    where profit_windows.profit_window = 'current'
)
select * from final
