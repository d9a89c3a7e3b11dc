-- One window in which the company is ranked: W (current) and the same twelve months
-- before (previous), all history, the fiscal year to date, and the trailing 12 months.
-- grain: profit_window
-- needs: order_lines | contracts | ledger
-- mart: yes
-- units: known_customers count, customers count, revenue money, profit money
-- units: top20_revenue_share share, top20_profit_share share, n80_customers count
-- units: tied_at_cut count, revenue_gini share, whale_peak money
-- units: whale_erosion money, loss_sum money, high_customers count
-- units: medium_customers count, zero_customers count, loss_customers count
-- column: profit_window  current, previous, all, fiscal_year or trailing
-- column: starts_on  the window's first day
-- column: ends_on  the day before which it ends
-- column: known_customers  customers of the group, with a result or without
-- column: customers  those with a result in the window, who are ranked: n
-- column: revenue  their net revenue
-- column: profit  their profit: the end of the whale curve
-- column: top20_revenue_share  share of the first ceil(n / 5) in the net revenue
-- column: top20_profit_share  share of the first ceil(n / 5) in the profit; in the
--   peak when the profit is not positive, as on the whale curve
-- column: n80_customers  least number who hold 80 % of the net revenue
-- column: tied_at_cut  customers of one net revenue across the cut of the first fifth;
--   of them the first by customer_id are in
-- column: revenue_gini  Gini coefficient of net revenue, customers below zero left out
-- column: whale_peak  sum of the positive profits
-- column: whale_erosion  peak less end: what the losses take
-- column: loss_sum  profit of tier loss
-- column: high_customers  customers of tier high
-- column: medium_customers  customers of tier medium
-- column: zero_customers  customers of tier zero, also those without a result
-- column: loss_customers  customers of tier loss
with
rankings as (
    select * from segment.rankings where segmentation = 'none'
),
profit_windows as (
    select * from core.profit_windows
),
final as (
    select
        cast(rankings.profit_window as varchar) as profit_window,
        cast(profit_windows.starts_on as date) as starts_on,
        cast(profit_windows.ends_on as date) as ends_on,
        cast(rankings.known_customers as bigint) as known_customers,
        cast(rankings.customers as bigint) as customers,
        cast(rankings.revenue as decimal(38, 4)) as revenue,
        cast(rankings.profit as decimal(38, 4)) as profit,
        cast(rankings.top20_revenue as double)
            / nullif(cast(rankings.revenue as double), 0) as top20_revenue_share,
        cast(rankings.top20_profit as double)
            / nullif(
                cast(
                    case
                        when rankings.profit > 0 then rankings.profit
                        else rankings.whale_peak
                    end as double
                ), 0
            ) as top20_profit_share,
        cast(rankings.n80_customers as bigint) as n80_customers,
        cast(rankings.tied_at_cut as bigint) as tied_at_cut,
        cast(rankings.revenue_gini as double) as revenue_gini,
        cast(rankings.whale_peak as decimal(38, 4)) as whale_peak,
        cast(rankings.whale_peak - rankings.profit as decimal(38, 4))
            as whale_erosion,
        cast(rankings.loss_sum as decimal(38, 4)) as loss_sum,
        cast(rankings.high_customers as bigint) as high_customers,
        cast(rankings.medium_customers as bigint) as medium_customers,
        cast(rankings.zero_customers as bigint) as zero_customers,
        cast(rankings.loss_customers as bigint) as loss_customers
    from rankings
    inner join profit_windows
        on rankings.profit_window = profit_windows.profit_window
    where profit_windows.kind in ('report', 'standard')
)
select * from final
