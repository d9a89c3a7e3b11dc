-- The profit bridge, failing for each customer whose causes do not add up, to the cent,
-- to the change of their profit, and once more when the steps do not lead from the
-- profit of all customers a year before to their profit now.
-- grain: table_name
-- needs: order_lines | contracts | ledger
-- severity: error
-- units: failing count, tested count
with
customer_results as (
    select * from core.customer_results
),
bridge_causes as (
    select * from segment.bridge_causes
),
profit_bridge as (
    select * from segment.profit_bridge
),
customer_sums as (
    select
        count(*) as customers,
        count(
            case
                when price + volume + mix + discount + returns + cost_of_goods
                    + cost_to_serve + other_revenue + new_customers + lost_customers
                    <> profit_now - profit_before then 1
            end
        ) as wrong
    from bridge_causes
),
profits as (
    select
        coalesce(sum(case when profit_window = 'previous' then profit end), 0)
            as before,
        coalesce(sum(case when profit_window = 'current' then profit end), 0) as now
    from customer_results
    where profit_window in ('previous', 'current')
),
steps as (
    select
        coalesce(sum(case when component = 'profit_before' then amount end), 0)
            as before,
        coalesce(sum(case when component = 'profit_now' then amount end), 0) as now,
        coalesce(sum(case when kind = 'step' then amount end), 0) as change
    from profit_bridge
),
final as (
    select
        'profit_bridge' as table_name,
        customer_sums.wrong + case
            when steps.before = profits.before and steps.now = profits.now
                and steps.before + steps.change = steps.now then 0
            else 1
        end as failing,
        customer_sums.customers + 1 as tested
    from customer_sums
    cross join profits
    cross join steps
)
select * from final
