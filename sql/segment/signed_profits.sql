-- One customer known at the end of a profit window, with the profit in it and its sign.
-- A customer without a result in the window has no profit. Loss and zero are cut at
-- eps, an amount or a share of the customer's own net revenue. Everybody is known at
-- the as-of day; at an earlier end, who was seen before it or has a result in the
-- window.
-- grain: profit_window, customer_id
-- needs: none
-- view: yes
-- units: profit money, net_revenue money
-- column: sign  positive, zero or loss
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
        customers.customer_id,
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
final as (
    select
        known.profit_window, known.window_kind, known.customer_id,
        known.net_revenue, known.profit,
        case
            when abs(known.profit) <= params.zero_within then 'zero'
            when 10000 * abs(known.profit)
                <= params.zero_share_bp * abs(known.net_revenue) then 'zero'
            when known.profit < 0 then 'loss'
            else 'positive'
        end as sign,
        known.has_result
    from known
    cross join params
)
select * from final
