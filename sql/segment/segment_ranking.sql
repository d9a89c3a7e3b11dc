-- One segment of a segmentation, ranked by itself in the window W: what the ranking of
-- the whole company says, said of its members. Tiers are those of the whole company.
-- grain: segmentation, segment
-- needs: order_lines | contracts | ledger
-- mart: yes
-- units: known_customers count, customers count, revenue money, profit money
-- units: top20_revenue_share share, top20_profit_share share, n80_customers count
-- units: tied_at_cut count, revenue_gini share, whale_peak money
-- units: whale_erosion money, loss_sum money, high_customers count
-- units: medium_customers count, zero_customers count, loss_customers count
-- column: segmentation  by what the customers are divided
-- column: segment  the segment
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
    select * from segment.rankings where segmentation <> 'none'
),
final as (
    select
        cast(rankings.segmentation as varchar) as segmentation,
        cast(rankings.segment as varchar) as segment,
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
)
select * from final
