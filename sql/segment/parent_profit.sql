-- One group of customers with a line in the window: everybody with the same parent, and
-- the parent with them. A customer without a parent is a group of its own. One level
-- only.
-- grain: parent_id
-- needs: order_lines | contracts
-- mart: yes
-- units: customers count, revenue money, profit money, revenue_rank count
-- column: parent_id  the parent, or the customer who has none
-- column: customers  members with a line in the window
-- column: revenue  net revenue of the members
-- column: profit  profit of the members
-- column: revenue_rank  1 is the highest net revenue; ties by parent_id
with
pareto as (
    select * from segment.pareto
),
customers as (
    select * from core.customers
),
grouped as (
    select
        case
            when customers.parent_id <> 'none' then customers.parent_id
            else pareto.customer_id
        end as parent_id,
        count(*) as customers,
        sum(pareto.revenue) as revenue,
        sum(pareto.profit) as profit
    from pareto
    inner join customers
        on pareto.customer_id = customers.customer_id
    group by
        case
            when customers.parent_id <> 'none' then customers.parent_id
            else pareto.customer_id
        end
),
final as (
    select
        cast(parent_id as varchar) as parent_id,
        cast(customers as bigint) as customers,
        cast(revenue as decimal(38, 4)) as revenue,
        cast(profit as decimal(38, 4)) as profit,
        cast(
            row_number() over (order by revenue desc, parent_id) as bigint
        ) as revenue_rank
    from grouped
)
select * from final
