-- One customer in a profit window of the history: what core.customer_results is for the
-- other windows, with net revenue and profit only.
-- grain: profit_window, customer_id
-- needs: none
-- units: net_revenue money, profit money
with
direct_history as (
    select * from core.direct_history
),
allocated_parts as (
    select * from core.allocated_parts where is_history
),
entries as (
    select profit_window, customer_id, net_revenue, profit
    from direct_history
    union all
    select
        profit_window, customer_id, 0 as net_revenue,
        case when kind = 'revenue' then amount else -amount end as profit
    from allocated_parts
),
final as (
    select
        profit_window, customer_id,
        cast(sum(net_revenue) as decimal(38, 4)) as net_revenue,
        cast(sum(profit) as decimal(38, 4)) as profit
    from entries
    group by profit_window, customer_id
)
select * from final
