-- A known customer with everything that the target lists look at: tier, size, churn,
-- future value, contracts that are due, what is unsettled, and who looks after them.
-- grain: customer_id
-- needs: none
-- units: profit money, revenue money, value_at_stake money, days_silent days
-- units: expected_gap_days days, clv money, days_left days, contract_value money
-- units: open_cases count, open_deals count, deal_value money
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
customer_owners as (
    select * from publish.customer_owners
),
customer_starts as (
    select * from publish.customer_starts
),
customer_values as (
    select * from publish.customer_values
),
customer_dues as (
    select * from publish.customer_dues
),
customer_disputes as (
    select * from publish.customer_disputes
),
customer_deals as (
    select * from publish.customer_deals
),
params as (
    select * from run.params
),
final as (
    select
        customers.customer_id,
        customers.kind, customer_owners.owner_id,
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
            as is_recent_loss,
        customer_starts.started_on,
        customer_values.clv,
        coalesce(customer_values.is_rising, false) as is_rising,
        customer_dues.due_on, customer_dues.days_left, customer_dues.contract_value,
        customer_disputes.customer_id is not null as is_unsettled,
        coalesce(customer_disputes.open_cases, 0) as open_cases,
        coalesce(customer_deals.open_deals, 0) as open_deals,
        coalesce(customer_deals.deal_value, 0) as deal_value
    from customers
    cross join params
    inner join profit_tiers
        on customers.customer_id = profit_tiers.customer_id
    left join pareto
        on customers.customer_id = pareto.customer_id
    left join churn
        on customers.customer_id = churn.customer_id
    inner join customer_owners
        on customers.customer_id = customer_owners.customer_id
    left join customer_starts
        on customers.customer_id = customer_starts.customer_id
    left join customer_values
        on customers.customer_id = customer_values.customer_id
    left join customer_dues
        on customers.customer_id = customer_dues.customer_id
    left join customer_disputes
        on customers.customer_id = customer_disputes.customer_id
    left join customer_deals
        on customers.customer_id = customer_deals.customer_id
    left join big_customers
        on customers.customer_id = big_customers.customer_id
)
select * from final
