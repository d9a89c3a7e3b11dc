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
params as (
    select * from run.params
),
customer_results as (
    select * from core.customer_results
),
judged as (
    select
        customer_results.customer_id,
        customer_results.net_revenue as revenue, customer_results.profit,
        case
            when customer_results.profit > params.zero_within
                and 10000 * customer_results.profit
                    > params.zero_share_bp * abs(customer_results.net_revenue)
                then customer_results.profit
            else 0
        end as positive
    from customer_results
    cross join params
    where customer_results.profit_window = 'current'
),
ranked as (
    select
        customer_id,
        row_number() over by_revenue as revenue_rank,
        revenue,
        sum(revenue) over by_revenue as cumulative_revenue,
        sum(revenue) over () as total_revenue,
        row_number() over by_profit as profit_rank,
        profit,
        sum(profit) over by_profit as cumulative_profit,
        positive,
        sum(positive) over by_profit as cumulative_positive,
        sum(positive) over () as total_positive,
        count(*) over () as customers
    from judged
    window
        by_revenue as (
            order by revenue desc, customer_id
            rows between unbounded preceding and current row
        ),
        by_profit as (
            order by profit desc, customer_id
            rows between unbounded preceding and current row
        )
),
final as (
    select
        cast(ranked.customer_id as varchar) as customer_id,
        cast(ranked.revenue_rank as bigint) as revenue_rank,
        cast(ranked.revenue as decimal(38, 4)) as revenue,
        cast(ranked.revenue as double)
            / nullif(cast(ranked.total_revenue as double), 0) as revenue_share,
        cast(ranked.cumulative_revenue as double)
            / nullif(cast(ranked.total_revenue as double), 0)
            as cumulative_revenue_share,
        cast(ranked.profit_rank as bigint) as profit_rank,
        cast(ranked.profit as decimal(38, 4)) as profit,
        cast(ranked.cumulative_profit as decimal(38, 4)) as cumulative_profit,
        ranked.positive > 0
            and case params.big_rule
                when 'top'
                    then 10000 * (ranked.profit_rank - 1)
                        < params.big_bp * ranked.customers
                else 10000 * (ranked.cumulative_positive - ranked.positive)
                    < params.big_bp * ranked.total_positive
            end as is_big
    from ranked
    cross join params
)
select * from final
