-- One customer known at the end of a profit window, with the tier that their profit in
-- it gives: loss and zero by the sign of the profit; of the others, high are the first
-- by profit, by the declared rule, and medium the rest. Equal profit is ranked by
-- customer_id in byte order.
-- grain: profit_window, customer_id
-- needs: none
-- view: yes
-- units: profit money, net_revenue money, rank count
-- column: rank  1 is the highest profit of all known customers
-- column: has_result  whether there is anything of the customer in the window
with
params as (
    select * from run.params
),
profit_windows as (
    select * from core.profit_windows
),
signed_profits as (
    select * from segment.signed_profits
),
results as (
    select profit_window, count(*) as customers
    from core.window_profits
    group by profit_window
),
ranked as (
    -- both frames stand on one order, so that the rows are sorted once
    select
        profit_window, window_kind, customer_id,
        net_revenue, profit, has_result, sign,
        count(*) over by_profit as rank,
        sum(case when sign = 'positive' then profit else 0 end) over by_profit
            as positive_so_far,
        sum(case when sign = 'positive' then profit else 0 end) over (
            partition by profit_window, window_kind
            order by profit desc, customer_id
            rows between unbounded preceding and unbounded following
        ) as positive
    from signed_profits
    window by_profit as (
        partition by profit_window, window_kind
        order by profit desc, customer_id
        rows between unbounded preceding and current row
    )
),
final as (
    select
        ranked.profit_window, ranked.window_kind,
        profit_windows.month_on, ranked.customer_id,
        case
            when ranked.sign <> 'positive' then ranked.sign
            when params.tier_rule = 'holds'
                and 10000 * (ranked.positive_so_far - ranked.profit)
                    < params.tier_bp * ranked.positive then 'high'
            when params.tier_rule = 'top'
                and 10000 * (ranked.rank - 1) < params.tier_bp * results.customers
                then 'high'
            when params.tier_rule = 'at_least'
                and ranked.profit >= params.tier_at_least then 'high'
            else 'medium'
        end as tier,
        ranked.net_revenue, ranked.profit,
        ranked.rank,
        ranked.has_result
    from ranked
    inner join profit_windows
        on ranked.profit_window = profit_windows.profit_window
    left join results
        on ranked.profit_window = results.profit_window
    cross join params
)
select * from final
