-- The profit of the customers in the window W (current) or W a year before (previous)
-- over their net revenue; NULL without any.
-- grain: profit_window
-- needs: none
-- units: revenue money, profit money, margin share

with customer_results as (
    select * from core.customer_results
),
final as (
    select
        profit_window,
        cast(sum(net_revenue) as decimal(38, 4)) as revenue,
        cast(sum(profit) as decimal(38, 4)) as profit,
        case when sum(net_revenue) > 0 then cast(sum(profit) as double) end
            / nullif(cast(sum(net_revenue) as double), 0) as margin
    from customer_results
    where profit_window in ('current', 'previous')
    group by profit_window
)
select * from final
