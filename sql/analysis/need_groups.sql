-- The customers of mart needs with the same tier, top category, price level, channel
-- and change, and what they bring. Every group of mart needs_by is added up from here,
-- so that customers are read once.
-- grain: tier, category, price_level, channel, change, direction
-- needs: none
-- units: customers count, revenue money, profit money, profit_before money
-- units: profit_at_risk money, at_risk count, churned count
with
needs as (
    select * from analysis.needs
),
profit_tiers as (
    select * from segment.profit_tiers
),
churn as (
    select * from analysis.churn
),
results as (
    select * from core.customer_results where profit_window = 'current'
),
previous_results as (
    select * from core.customer_results where profit_window = 'previous'
),
final as (
    select
        profit_tiers.tier,
        needs.top_category as category,
        needs.price_level,
        needs.main_channel as channel,
        needs.change, needs.direction,
        coalesce(sum(results.net_revenue), 0) as revenue,
        coalesce(sum(results.profit), 0) as profit,
        coalesce(sum(previous_results.profit), 0) as profit_before,
        coalesce(sum(case when churn.state = 'at_risk' then results.profit end), 0)
            as profit_at_risk,
        count(*) as customers,
        count(case when churn.state = 'at_risk' then 1 end) as at_risk,
        count(case when churn.state = 'churned' then 1 end) as churned
    from needs
    inner join profit_tiers
        on needs.customer_id = profit_tiers.customer_id
    left join churn
        on needs.customer_id = churn.customer_id
    left join results
        on needs.customer_id = results.customer_id
    left join previous_results
        on needs.customer_id = previous_results.customer_id
    group by
        profit_tiers.tier, needs.top_category, needs.price_level,
        needs.main_channel, needs.change, needs.direction
)
select * from final
