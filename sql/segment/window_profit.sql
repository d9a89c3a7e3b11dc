-- One customer known at the end of a window, and what they brought in it: in W
-- (current) and the same twelve months before (previous), in all history, in the fiscal
-- year to date and in the trailing 12 months.
-- grain: customer_id, profit_window
-- needs: order_lines | contracts | ledger
-- mart: yes
-- units: net_revenue money, profit money, rank count
-- column: profit_window  current, previous, all, fiscal_year or trailing
-- column: customer_id  the customer's id
-- column: tier  high, medium, zero or loss, cut in this window
-- column: net_revenue  revenue less discounts and returns in the window
-- column: profit  profit in the window
-- column: rank  1 is the highest profit of all customers known then; ties by
--   customer_id
with
profit_windows as (
    select * from core.profit_windows
),
window_tiers as (
    select * from segment.window_tiers
),
final as (
    select
        cast(window_tiers.profit_window as varchar) as profit_window,
        cast(window_tiers.customer_id as varchar) as customer_id,
        cast(window_tiers.tier as varchar) as tier,
        cast(window_tiers.net_revenue as decimal(38, 4)) as net_revenue,
        cast(window_tiers.profit as decimal(38, 4)) as profit,
        cast(window_tiers.rank as bigint) as rank
    from window_tiers
    inner join profit_windows
        on window_tiers.profit_window = profit_windows.profit_window
    where profit_windows.kind in ('report', 'standard')
)
select * from final
