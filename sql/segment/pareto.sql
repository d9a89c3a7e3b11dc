-- One customer with a line in the window, ranked by net revenue and by profit, with the
-- running sums of both. Equal money is ranked by customer_id in byte order.
-- grain: customer_id
-- needs: order_lines | contracts | ledger
-- mart: yes
-- units: revenue_rank count, revenue money, revenue_share share
-- units: cumulative_revenue_share share, profit_rank count, profit money
-- units: cumulative_profit money
-- column: customer_id  the customer's id
-- column: revenue_rank  1 is the highest net revenue
-- column: revenue  net revenue: revenue less discounts and returns
-- column: revenue_share  the customer's share of the total net revenue
-- column: cumulative_revenue_share  the share of everybody up to this revenue rank
-- column: profit_rank  1 is the highest profit
-- column: profit  profit in the window
-- column: cumulative_profit  the profit of everybody up to this profit rank
-- column: is_big  one of the first by profit, by the declared rule
with
window_pareto as (
    select * from segment.window_pareto where profit_window = 'current'
),
final as (
    select
        cast(customer_id as varchar) as customer_id,
        cast(revenue_rank as bigint) as revenue_rank,
        cast(revenue as decimal(38, 4)) as revenue,
        cast(revenue as double)
            / nullif(cast(total_revenue as double), 0) as revenue_share,
        cast(cumulative_revenue as double)
            / nullif(cast(total_revenue as double), 0) as cumulative_revenue_share,
        cast(profit_rank as bigint) as profit_rank,
        cast(profit as decimal(38, 4)) as profit,
        cast(cumulative_profit as decimal(38, 4)) as cumulative_profit,
        is_big
    from window_pareto
)
select * from final
