-- One customer known at the end of a profit window, with the tier that their profit in
-- it gives. A customer without a result in the window has no profit. Loss and zero are
-- cut at eps, an amount or a share of the customer's own net revenue; of the others,
-- high are the first by profit, by the declared rule, and medium the rest. Equal profit
-- is ranked by customer_id in byte order. Everybody is known at the as-of day; at an
-- earlier end, who was seen before it or has a result in the window.
-- grain: profit_window, customer_id
-- needs: order_lines | contracts | ledger
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
customers as (
    select * from core.customers
),
window_profits as (
    select * from core.window_profits
),
known as (
    select
        profit_windows.profit_window, profit_windows.kind as window_kind,
        profit_windows.month_on, customers.customer_id,
        coalesce(window_profits.net_revenue, 0) as net_revenue,
        coalesce(window_profits.profit, 0) as profit,
        window_profits.customer_id is not null as has_result
    from customers
    cross join profit_windows
    cross join params
    left join window_profits
        on profit_windows.profit_window = window_profits.profit_window
        and customers.customer_id = window_profits.customer_id
    where profit_windows.ends_on = params.as_of
        or customers.first_seen_on < profit_windows.ends_on
        or window_profits.customer_id is not null
),
judged as (
    select
        known.profit_window, known.window_kind, known.month_on, known.customer_id,
        known.net_revenue, known.profit,
        known.has_result,
        case
            when abs(known.profit) <= params.zero_within then 'zero'
            when 10000 * abs(known.profit)
                <= params.zero_share_bp * abs(known.net_revenue) then 'zero'
            when known.profit < 0 then 'loss'
            else 'positive'
        end as sign
    from known
    cross join params
),
ranked as (
    select
        profit_window, window_kind, month_on, customer_id,
        net_revenue, profit,
        has_result, sign,
        row_number() over by_profit as rank,
        sum(case when sign = 'positive' then profit else 0 end) over by_profit
            as positive_so_far,
        sum(case when sign = 'positive' then profit else 0 end) over in_window
            as positive,
        count(case when has_result then 1 end) over in_window as customers
    from judged
    window in_window as (
        partition by profit_window, window_kind, month_on
    ),
    by_profit as (
        partition by profit_window, window_kind, month_on
        order by profit desc, customer_id
        rows between unbounded preceding and current row
    )
),
final as (
    select
        ranked.profit_window, ranked.window_kind, ranked.month_on, ranked.customer_id,
        case
            when ranked.sign <> 'positive' then ranked.sign
            when params.tier_rule = 'holds'
                and 10000 * (ranked.positive_so_far - ranked.profit)
                    < params.tier_bp * ranked.positive then 'high'
            when params.tier_rule = 'top'
                and 10000 * (ranked.rank - 1) < params.tier_bp * ranked.customers
                then 'high'
            when params.tier_rule = 'at_least'
                and ranked.profit >= params.tier_at_least then 'high'
            else 'medium'
        end as tier,
        ranked.net_revenue, ranked.profit,
        ranked.rank,
        ranked.has_result
    from ranked
    cross join params
)
select * from final
