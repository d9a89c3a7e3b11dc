-- The one row that counts the order lines without a customer: in the window, and in all
-- history before the as-of day. They are in no figure about customers and in every
-- total.
-- grain: none
-- needs: none
-- units: lines count, net_revenue money, all_lines count, all_net_revenue money
with
params as (
    select * from run.params
),
lines as (
    select * from core.lines
),
nobodys_lines as (
    select
        case when lines.is_counted then lines.net_amount end as net_amount,
        lines.ordered_on >= params.window_start as is_in_window
    from lines
    cross join params
    where lines.customer_id is null
),
final as (
    select
        cast(count(case when is_in_window then 1 end) as bigint) as lines,
        cast(
            coalesce(sum(case when is_in_window then net_amount end), 0)
            as decimal(38, 4)
        ) as net_revenue,
        cast(count(*) as bigint) as all_lines,
        cast(coalesce(sum(net_amount), 0) as decimal(38, 4)) as all_net_revenue
    from nobodys_lines
)
select * from final
