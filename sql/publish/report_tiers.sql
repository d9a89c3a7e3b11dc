-- One tier as the report shows it, all four of them, also those without a customer.
-- grain: tier
-- needs: order_lines | contracts | ledger
-- units: customers count, revenue money, profit money, no_activity count
-- units: previous count
-- column: no_activity  of tier zero: customers without any activity in the window
-- column: previous  customers that stood in this tier a year ago

with strategies as (
    select * from run.strategies
),
profit_tiers as (
    select * from segment.profit_tiers
),
pareto as (
    select * from segment.pareto
),
now_in as (
    select
        profit_tiers.tier,
        count(*) as customers,
        count(case when profit_tiers.zero_kind = 'no_activity' then 1 end)
            as no_activity,
        sum(pareto.revenue) as revenue,
        sum(profit_tiers.profit) as profit
    from profit_tiers
    left join pareto
        on profit_tiers.customer_id = pareto.customer_id
    group by profit_tiers.tier
),
before_in as (
    select previous_tier as tier, count(*) as customers
    from profit_tiers
    where previous_tier is not null
    group by previous_tier
),
final as (
    select
        strategies.tier, strategies.strategy,
        cast(coalesce(now_in.customers, 0) as bigint) as customers,
        cast(coalesce(now_in.no_activity, 0) as bigint) as no_activity,
        cast(before_in.customers as bigint) as previous,
        cast(coalesce(now_in.revenue, 0) as decimal(38, 4)) as revenue,
        cast(coalesce(now_in.profit, 0) as decimal(38, 4)) as profit
    from strategies
    left join now_in
        on strategies.tier = now_in.tier
    left join before_in
        on strategies.tier = before_in.tier
)
select * from final
