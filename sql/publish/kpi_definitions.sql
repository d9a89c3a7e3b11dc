-- A key figure that this version computes: its unit, what it stands on and the time
-- that it counts (window: W; history: everything before D).
-- grain: kpi
-- needs: none
-- view: yes
-- column: basis  profit: the basis of the profit; activity: what counts as activity

with final as (
    select kpi, unit, basis, span
    from (
        values
            ('customers', 'count', 'known_customers', 'history'),
            ('active_customers', 'count', 'activity', 'window'),
            ('new_customers', 'count', 'activity', 'window'),
            ('orders', 'count', 'orders', 'window'),
            ('revenue', 'money', 'net_revenue', 'window'),
            ('unassigned_revenue', 'money', 'net_revenue', 'window'),
            ('profit', 'money', 'profit', 'window'),
            ('profit_margin', 'share', 'profit', 'window'),
            ('top20_revenue_share', 'share', 'net_revenue', 'window'),
            ('top20_profit_share', 'share', 'profit', 'window'),
            ('n80_customers', 'count', 'net_revenue', 'window'),
            ('tied_at_cut', 'count', 'net_revenue', 'window'),
            ('revenue_gini', 'share', 'net_revenue', 'window'),
            ('loss_customers', 'count', 'profit', 'window'),
            ('loss_sum', 'money', 'profit', 'window'),
            ('whale_peak', 'money', 'profit', 'window'),
            ('whale_erosion', 'money', 'profit', 'window'),
            ('top_tier_profit_at_risk', 'share', 'profit', 'window'),
            ('top_tier_profit_at_risk_amount', 'money', 'profit', 'window'),
            ('retention_rate', 'share', 'activity', 'history'),
            ('repeat_rate', 'share', 'orders', 'history'),
            ('churn_rate', 'share', 'activity', 'window'),
            ('churned_customers', 'count', 'activity', 'window'),
            ('churned_profit', 'money', 'profit', 'window'),
            ('fault_churn_share', 'share', 'stated_reasons', 'window'),
            ('unclassified_churn_share', 'share', 'stated_reasons', 'window')
    ) as definitions (kpi, unit, basis, span)
)
select * from final
