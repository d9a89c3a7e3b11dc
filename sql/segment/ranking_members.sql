-- One customer of a group that is ranked by itself: all known customers of every profit
-- window, and in the window W those of every segment. The company as a whole has the
-- segmentation `none` and the segment `all`.
-- grain: profit_window, segmentation, segment, customer_id
-- needs: order_lines | contracts | ledger
-- view: yes
-- units: revenue money, profit money, profit_rank count
-- column: profit_rank  the place by profit among all known customers of the window
with
window_tiers as (
    select * from segment.window_tiers
),
segment_members as (
    select * from segment.segment_members
),
final as (
    select
        profit_window, 'none' as segmentation, 'all' as segment, customer_id,
        tier, net_revenue as revenue, profit, rank as profit_rank, has_result
    from window_tiers
    union all
    select
        window_tiers.profit_window, segment_members.segmentation,
        segment_members.segment, window_tiers.customer_id,
        window_tiers.tier, window_tiers.net_revenue, window_tiers.profit,
        window_tiers.rank, window_tiers.has_result
    from window_tiers
    inner join segment_members
        on window_tiers.customer_id = segment_members.customer_id
    where window_tiers.profit_window = 'current'
)
select * from final
