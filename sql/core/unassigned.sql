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
unassigned_days as (
    select * from core.unassigned_days
),
nobodys_days as (
    select
        unassigned_days.lines,
        unassigned_days.net_revenue,
        unassigned_days.ordered_on >= params.window_start as is_in_window
    from unassigned_days
    cross join params
),
final as (
    select
        cast(coalesce(sum(case when is_in_window then lines end), 0) as bigint)
            as lines,
        cast(
            coalesce(sum(case when is_in_window then net_revenue end), 0)
            as decimal(38, 4)
        ) as net_revenue,
        cast(coalesce(sum(lines), 0) as bigint) as all_lines,
        cast(coalesce(sum(net_revenue), 0) as decimal(38, 4)) as all_net_revenue
    from nobodys_days
)
select * from final
