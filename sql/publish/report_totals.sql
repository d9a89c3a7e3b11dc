-- One row: the totals that the report's sentences stand on.
-- grain: none
-- needs: order_lines | contracts | ledger
-- units: known count, customers count, revenue money, profit money, tier_cut money
-- units: unassigned_lines count, unassigned_revenue money

with profit_tiers as (
    select * from segment.profit_tiers
),
pareto as (
    select * from segment.pareto
),
unassigned as (
    select * from core.unassigned
),
tiers as (
    select
        count(*) as known,
        min(case when tier = 'high' then profit end) as tier_cut
    from profit_tiers
),
ranking as (
    select
        count(*) as customers,
        coalesce(sum(revenue), 0) as revenue,
        coalesce(sum(profit), 0) as profit
    from pareto
),
final as (
    select
        cast(tiers.known as bigint) as known,
        cast(ranking.customers as bigint) as customers,
        cast(ranking.revenue as decimal(38, 4)) as revenue,
        cast(ranking.profit as decimal(38, 4)) as profit,
        cast(tiers.tier_cut as decimal(38, 4)) as tier_cut,
        unassigned.lines as unassigned_lines,
        unassigned.net_revenue as unassigned_revenue
    from tiers
    cross join ranking
    cross join unassigned
)
select * from final
