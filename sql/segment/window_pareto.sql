-- One customer with a line in the window W (current) or in W a year before (previous),
-- ranked by net revenue and by profit, with the running sums of both. Equal money is
-- ranked by customer_id in byte order.
-- grain: profit_window, customer_id
-- needs: order_lines | contracts | ledger
-- units: revenue_rank count, revenue money, cumulative_revenue money
-- units: total_revenue money, profit_rank count, profit money, cumulative_profit money
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
        customer_results.profit_window, customer_results.customer_id,
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
    where customer_results.profit_window in ('current', 'previous')
),
ranked as (
    select
        profit_window, customer_id,
        count(*) over by_revenue as revenue_rank,
        revenue,
        sum(revenue) over by_revenue as cumulative_revenue,
        sum(revenue) over in_window as total_revenue,
        count(*) over by_profit as profit_rank,
        profit,
        sum(profit) over by_profit as cumulative_profit,
        positive,
        sum(positive) over by_profit as cumulative_positive,
        sum(positive) over in_window as total_positive,
        count(*) over in_window as customers
    from judged
    window
        in_window as (partition by profit_window),
        by_revenue as (
            partition by profit_window
            order by revenue desc, customer_id
            rows between unbounded preceding and current row
        ),
        by_profit as (
            partition by profit_window
            order by profit desc, customer_id
            rows between unbounded preceding and current row
        )
),
final as (
    select
        ranked.profit_window, ranked.customer_id,
        ranked.revenue_rank, ranked.revenue,
        ranked.cumulative_revenue, ranked.total_revenue,
        ranked.profit_rank, ranked.profit, ranked.cumulative_profit,
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
