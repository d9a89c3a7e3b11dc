-- One customer among the first and the last 20 by profit, with the figures that explain
-- its rank.
-- grain: customer_id
-- needs: order_lines | contracts | ledger
-- units: gross_revenue money, discounts money, returns money, cogs money
-- units: other_cost money

with customer_profit as (
    select * from segment.customer_profit
),
pareto as (
    select * from segment.pareto
),
profit_tiers as (
    select * from segment.profit_tiers
),
customers as (
    select * from segment.customers
),
churn as (
    select * from analysis.churn
),
counted as (
    select count(*) as customers from pareto
),
ranked as (
    select
        pareto.customer_id, pareto.revenue_rank, pareto.profit_rank, pareto.profit,
        counted.customers
    from pareto
    cross join counted
    where pareto.profit_rank <= 20 or pareto.profit_rank > counted.customers - 20
),
final as (
    select
        ranked.customer_id,
        customers.name, customers.kind,
        profit_tiers.tier,
        churn.state,
        customer_profit.basis,
        ranked.profit_rank, ranked.revenue_rank,
        customer_profit.revenue as gross_revenue,
        customer_profit.discounts,
        customer_profit.returns,
        customer_profit.cogs,
        customer_profit.cost_to_serve + customer_profit.bad_debt
            + customer_profit.allocated_cost as other_cost,
        ranked.profit,
        ranked.profit_rank <= 20 as is_top,
        ranked.profit_rank > ranked.customers - 20 as is_bottom
    from ranked
    inner join customer_profit
        on ranked.customer_id = customer_profit.customer_id
    inner join profit_tiers
        on ranked.customer_id = profit_tiers.customer_id
    left join customers
        on ranked.customer_id = customers.customer_id
    left join churn
        on ranked.customer_id = churn.customer_id
)
select * from final
