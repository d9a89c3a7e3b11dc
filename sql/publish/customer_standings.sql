-- A known customer with everything that the target lists look at: tier, size, churn.
-- grain: customer_id
-- needs: none
-- units: profit money, revenue money, value_at_stake money, days_silent days
-- units: expected_gap_days days
-- column: is_big  big by value, or of a kind that is big
-- column: has_bought  was active on at least one day in history
-- column: is_new_loss  churned in the window W
-- column: is_recent_loss  churned in W or in the twelve months before it

with customers as (
    select * from core.customers
),
profit_tiers as (
    select * from segment.profit_tiers
),
pareto as (
    select * from segment.pareto
),
churn as (
    select * from analysis.churn
),
big_customers as (
    select * from segment.big_customers
),
params as (
    select * from run.params
),
final as (
    select
        customers.customer_id,
        customers.owner_id,
        profit_tiers.tier,
        profit_tiers.zero_kind,
        churn.state as churn_state,
        churn.class as churn_class,
        churn.sub_class,
        profit_tiers.profit,
        coalesce(pareto.revenue, 0) as revenue,
        coalesce(churn.value_at_stake, 0) as value_at_stake,
        churn.days_silent,
        churn.expected_gap_days,
        big_customers.customer_id is not null as is_big,
        churn.last_activity_on is not null as has_bought,
        coalesce(churn.churned_on >= params.window_start, false) as is_new_loss,
        coalesce(churn.churned_on >= params.previous_window_start, false)
            as is_recent_loss
    from customers
    cross join params
    inner join profit_tiers
        on customers.customer_id = profit_tiers.customer_id
    left join pareto
        on customers.customer_id = pareto.customer_id
    left join churn
        on customers.customer_id = churn.customer_id
    left join big_customers
        on customers.customer_id = big_customers.customer_id
)
select * from final
