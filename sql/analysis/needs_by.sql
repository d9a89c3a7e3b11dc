-- The customers of mart needs of one top category, price level, channel or change, in
-- one tier or in all: what they bring, what they brought twelve months before, and how
-- many of them leave.
-- grain: segmentation, segment, tier
-- needs: order_lines
-- mart: yes
-- units: customers count, revenue money, profit money, profit_before money
-- units: at_risk count, churned count, at_risk_share share, churned_share share
-- units: profit_at_risk money
-- column: segmentation  category, price_level, channel, change or direction
-- column: segment  one of them
-- column: tier  high, medium, zero, loss or all
-- column: customers  how many
-- column: revenue  their net revenue in W
-- column: profit  their profit in W
-- column: profit_before  their profit in the window twelve months before
-- column: at_risk  of them, those whose churn state is at_risk
-- column: churned  of them, those who have left
-- column: at_risk_share  at_risk divided by customers
-- column: churned_share  churned divided by customers
-- column: profit_at_risk  profit in W of those at risk
with
need_sums as (
    select * from analysis.need_sums
),
final as (
    select
        cast(segmentation as varchar) as segmentation,
        cast(segment as varchar) as segment,
        cast(tier as varchar) as tier,
        cast(revenue as decimal(38, 4)) as revenue,
        cast(profit as decimal(38, 4)) as profit,
        cast(profit_before as decimal(38, 4)) as profit_before,
        cast(profit_at_risk as decimal(38, 4)) as profit_at_risk,
        cast(customers as bigint) as customers,
        cast(at_risk as bigint) as at_risk,
        cast(churned as bigint) as churned,
        cast(at_risk as double) / nullif(cast(customers as double), 0) as at_risk_share,
        cast(churned as double) / nullif(cast(customers as double), 0)
            as churned_share
    from need_sums
)
select * from final
