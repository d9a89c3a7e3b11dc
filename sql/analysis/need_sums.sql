-- One group of mart needs_by, with the sums over its customers.
-- grain: segmentation, segment, tier
-- needs: none
-- units: customers count, revenue money, profit money, profit_before money
-- units: profit_at_risk money, at_risk count, churned count
with
need_groups as (
    select * from analysis.need_groups
),
segmented as (
    select
        'category' as segmentation, category as segment, tier,
        revenue, profit, profit_before, profit_at_risk, customers, at_risk, churned
    from need_groups
    union all
    select
        'price_level' as segmentation, price_level as segment, tier,
        revenue, profit, profit_before, profit_at_risk, customers, at_risk, churned
    from need_groups
    union all
    select
        'channel' as segmentation, channel as segment, tier,
        revenue, profit, profit_before, profit_at_risk, customers, at_risk, churned
    from need_groups
    union all
    select
        'change' as segmentation, change as segment, tier,
        revenue, profit, profit_before, profit_at_risk, customers, at_risk, churned
    from need_groups
    union all
    select
        'direction' as segmentation, direction as segment, tier,
        revenue, profit, profit_before, profit_at_risk, customers, at_risk, churned
    from need_groups
),
tiered as (
    select
        segmentation, segment, tier,
        revenue, profit, profit_before, profit_at_risk, customers, at_risk, churned
    from segmented
    union all
    select
        segmentation, segment, 'all' as tier,
        revenue, profit, profit_before, profit_at_risk, customers, at_risk, churned
    from segmented
),
final as (
    select
        segmentation, segment, tier,
        cast(sum(revenue) as decimal(38, 4)) as revenue,
        cast(sum(profit) as decimal(38, 4)) as profit,
        cast(sum(profit_before) as decimal(38, 4)) as profit_before,
        cast(sum(profit_at_risk) as decimal(38, 4)) as profit_at_risk,
        cast(sum(customers) as bigint) as customers,
        cast(sum(at_risk) as bigint) as at_risk,
        cast(sum(churned) as bigint) as churned
    from tiered
    group by segmentation, segment, tier
)
select * from final
