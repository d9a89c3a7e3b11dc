-- A ranking mart, failing when its total is not the sum of the customers' figures to
-- the cent: Pareto by profit and by net revenue, and the end of the whale curve.
-- grain: table_name
-- needs: order_lines | contracts | ledger
-- severity: error
-- units: failing count, tested count

with customer_profit as (
    select * from segment.customer_profit
),
pareto as (
    select * from segment.pareto
),
whale_curve as (
    select * from segment.whale_curve
),
totals as (
    select
        coalesce(sum(profit), 0) as profit,
        coalesce(sum(revenue - discounts - returns), 0) as revenue
    from customer_profit
),
ranked as (
    select
        coalesce(sum(profit), 0) as profit,
        coalesce(sum(revenue), 0) as revenue,
        coalesce(max_by(cumulative_profit, profit_rank), 0) as last_profit
    from pareto
),
curve as (
    select coalesce(max_by(cumulative_profit, rank), 0) as last_profit
    from whale_curve
),
final as (
    select
        'pareto' as table_name,
        case
            when totals.profit = ranked.profit
                and totals.profit = ranked.last_profit
                and totals.revenue = ranked.revenue
                then 0
            else 1
        end as failing,
        1 as tested
    from totals
    cross join ranked
    union all
    select
        'whale_curve',
        case when totals.profit = curve.last_profit then 0 else 1 end,
        1
    from totals
    cross join curve
)
select * from final
