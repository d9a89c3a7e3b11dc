-- One row: the totals of all customers, in the window W unless the name says otherwise.
-- grain: none
-- needs: none
-- units: customers count, active_customers count, new_customers count, orders count
-- units: revenue money, profit money, unassigned_revenue money
-- column: customers  all known customers
-- column: revenue  net revenue
-- column: basis  what the profit stands on; partial when customers differ

with customers as (
    select * from core.customers
),
activity_spans as (
    select * from analysis.activity_spans
),
customer_profit as (
    select * from segment.customer_profit
),
unassigned as (
    select * from core.unassigned
),
params as (
    select * from run.params
),
known as (
    select count(*) as customers
    from customers
),
active as (
    select
        count(case when last_active_on >= params.window_start then 1 end) as active,
        count(case when first_active_on >= params.window_start then 1 end) as new
    from activity_spans
    cross join params
),
results as (
    select
        sum(orders) as orders,
        sum(revenue - discounts - returns) as revenue,
        sum(profit) as profit,
        case when min(basis) = max(basis) then min(basis) else 'partial' end as basis
    from customer_profit
),
final as (
    select
        known.customers,
        active.active as active_customers,
        active.new as new_customers,
        cast(coalesce(results.orders, 0) as bigint) as orders,
        cast(coalesce(results.revenue, 0) as decimal(38, 4)) as revenue,
        cast(coalesce(results.profit, 0) as decimal(38, 4)) as profit,
        cast(unassigned.net_revenue as decimal(38, 4)) as unassigned_revenue,
        coalesce(results.basis, 'none') as basis
    from known
    cross join active
    cross join results
    cross join unassigned
)
select * from final
