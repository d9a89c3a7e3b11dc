-- One customer known at the end of a window of the report, W or the one twelve months
-- before, and where they stood then: tier, RFM segment and lifecycle state. Without an
-- activity there is no RFM segment and no lifecycle state.
-- grain: profit_window, customer_id
-- needs: none
with
profit_windows as (
    select * from core.profit_windows where kind = 'report'
),
window_tiers as (
    select * from segment.window_tiers
),
rfm_scores as (
    select * from segment.rfm_scores
),
customer_lifecycles as (
    select * from segment.customer_lifecycles
),
final as (
    select
        window_tiers.profit_window, window_tiers.customer_id,
        window_tiers.tier,
        coalesce(rfm_scores.segment, 'no_activity') as rfm,
        coalesce(customer_lifecycles.state, 'no_activity') as lifecycle
    from window_tiers
    inner join profit_windows
        on window_tiers.profit_window = profit_windows.profit_window
    left join rfm_scores
        on window_tiers.profit_window = rfm_scores.profit_window
        and window_tiers.customer_id = rfm_scores.customer_id
    left join customer_lifecycles
        on window_tiers.profit_window = customer_lifecycles.profit_window
        and window_tiers.customer_id = customer_lifecycles.customer_id
)
select * from final
