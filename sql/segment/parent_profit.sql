-- One group of customers with a line in the window: everybody under the same top
-- parent, over all levels, and the parent with them. A customer without a parent is a
-- group of its own.
-- grain: parent_id
-- needs: order_lines | contracts | ledger
-- mart: yes
-- units: customers count, revenue money, profit money, revenue_rank count
-- units: revenue_share share, cumulative_revenue_share share, profit_rank count
-- units: loss_customers count, loss_sum money
-- column: parent_id  the top parent, or the customer who has none
-- column: customers  members with a line in the window
-- column: revenue  net revenue of the members
-- column: profit  profit of the members
-- column: revenue_rank  1 is the highest net revenue; ties by parent_id
-- column: revenue_share  the group's share of the total net revenue
-- column: cumulative_revenue_share  the share of every group up to this revenue rank
-- column: profit_rank  1 is the highest profit; ties by parent_id
-- column: loss_customers  members who cost more than they brought
-- column: loss_sum  what these members cost, below zero
-- column: is_big  one of the first groups by profit, by the rule for customers
with
params as (select * from run.params),
pareto as (select * from segment.pareto),
customers as (select * from core.customers),
grouped as (
    select
        customers.root_id as parent_id,
        count(*) as customers,
        sum(pareto.revenue) as revenue,
        sum(pareto.profit) as profit,
        count(case when pareto.profit < 0 then 1 end) as loss_customers,
        sum(case when pareto.profit < 0 then pareto.profit else 0 end) as loss_sum
    from pareto
    inner join customers on pareto.customer_id = customers.customer_id
    group by customers.root_id
),
judged as (
    select
        grouped.parent_id,
        grouped.customers, grouped.loss_customers,
        grouped.revenue, grouped.profit, grouped.loss_sum,
        case
            when grouped.profit > params.zero_within
                and 10000 * grouped.profit
                    > params.zero_share_bp * abs(grouped.revenue)
                then grouped.profit
            else 0
        end as positive
    from grouped
    cross join params
),
ranked as (
    select
        parent_id,
        customers, loss_customers,
        revenue, profit, loss_sum, positive,
        count(*) over by_revenue as revenue_rank,
        sum(revenue) over by_revenue as cumulative_revenue,
        sum(revenue) over () as total_revenue,
        count(*) over by_profit as profit_rank,
        sum(positive) over by_profit as cumulative_positive,
        sum(positive) over () as total_positive,
        count(*) over () as groups
    from judged
    window
        by_revenue as (
            order by revenue desc, parent_id
            rows between unbounded preceding and current row
        ),
        by_profit as (
            order by profit desc, parent_id
            rows between unbounded preceding and current row
        )
),
final as (
    select
        cast(ranked.parent_id as varchar) as parent_id,
        cast(ranked.customers as bigint) as customers,
        cast(ranked.revenue as decimal(38, 4)) as revenue,
        cast(ranked.profit as decimal(38, 4)) as profit,
        cast(ranked.revenue_rank as bigint) as revenue_rank,
        cast(ranked.revenue as double)
            / nullif(cast(ranked.total_revenue as double), 0) as revenue_share,
        cast(ranked.cumulative_revenue as double)
            / nullif(cast(ranked.total_revenue as double), 0)
            as cumulative_revenue_share,
        cast(ranked.profit_rank as bigint) as profit_rank,
        cast(ranked.loss_customers as bigint) as loss_customers,
        cast(ranked.loss_sum as decimal(38, 4)) as loss_sum,
        ranked.positive > 0
            and case params.big_rule when 'top'
                    then 10000 * (ranked.profit_rank - 1)
                        < params.big_bp * ranked.groups
                else 10000 * (ranked.cumulative_positive - ranked.positive)
                    < params.big_bp * ranked.total_positive
            end as is_big
    from ranked
    cross join params
)
select * from final
