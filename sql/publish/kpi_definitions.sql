-- A key figure that this version computes: its unit, what it stands on and the time
-- that it counts (window: W; year: the twelve months before D; history: everything
-- before D).
-- grain: kpi
-- needs: none
-- view: yes
-- column: basis  profit: the basis of the profit; activity: what counts as activity
-- column: better  more or fewer: which way a target is reached

with final as (
    select kpi, unit, basis, span, better
    from (
        values
            ('customers', 'count', 'known_customers', 'history', 'more'),
            ('active_customers', 'count', 'activity', 'window', 'more'),
            ('new_customers', 'count', 'activity', 'window', 'more'),
            ('orders', 'count', 'orders', 'window', 'more'),
            ('revenue', 'money', 'net_revenue', 'window', 'more'),
            ('unassigned_revenue', 'money', 'net_revenue', 'window', 'fewer'),
            ('profit', 'money', 'profit', 'window', 'more'),
            ('profit_margin', 'share', 'profit', 'window', 'more'),
            ('top20_revenue_share', 'share', 'net_revenue', 'window', 'more'),
            ('top20_profit_share', 'share', 'profit', 'window', 'more'),
            ('n80_customers', 'count', 'net_revenue', 'window', 'more'),
            ('tied_at_cut', 'count', 'net_revenue', 'window', 'fewer'),
            ('revenue_gini', 'share', 'net_revenue', 'window', 'fewer'),
            ('loss_customers', 'count', 'profit', 'window', 'fewer'),
            ('loss_sum', 'money', 'profit', 'window', 'more'),
            ('whale_peak', 'money', 'profit', 'window', 'more'),
            ('whale_erosion', 'money', 'profit', 'window', 'fewer'),
            ('top_tier_profit_at_risk', 'share', 'profit', 'window', 'fewer'),
            ('top_tier_profit_at_risk_amount', 'money', 'profit', 'window', 'fewer'),
            ('retention_rate', 'share', 'activity', 'history', 'more'),
            ('repeat_rate', 'share', 'orders', 'history', 'more'),
            ('churn_rate', 'share', 'activity', 'window', 'fewer'),
            ('churned_customers', 'count', 'activity', 'window', 'fewer'),
            ('churned_profit', 'money', 'profit', 'window', 'fewer'),
            ('fault_churn_share', 'share', 'stated_reasons', 'window', 'fewer'),
            ('unclassified_churn_share', 'share', 'stated_reasons', 'window', 'fewer'),
            ('logo_retention', 'share', 'contracts', 'year', 'more'),
            ('grr', 'share', 'contracts', 'year', 'more'),
            ('nrr', 'share', 'contracts', 'year', 'more'),
            ('renewal_rate', 'share', 'contracts', 'year', 'more'),
            ('signing_rate', 'share', 'opportunities', 'history', 'more'),
            ('close_rate', 'share', 'opportunities', 'history', 'more'),
            ('pipeline_value', 'money', 'opportunities', 'history', 'more'),
            ('entry_timeliness', 'share', 'opportunities', 'history', 'more'),
            ('entry_completeness', 'share', 'opportunities', 'history', 'more'),
            ('nps', 'points', 'answers', 'window', 'more'),
            ('expectation_gap', 'share', 'answers', 'window', 'fewer'),
            ('satisfaction_response_rate', 'share', 'answers', 'window', 'more'),
            ('acquisition_cost', 'money', 'acquired_customers', 'window', 'fewer'),
            ('retention_cost', 'money', 'profit', 'window', 'fewer'),
            ('acquisition_to_retention', 'ratio', 'profit', 'window', 'more'),
            ('retention_plus_1', 'money', 'profit', 'window', 'more'),
            ('retention_plus_5', 'money', 'profit', 'window', 'more')
    ) as definitions (kpi, unit, basis, span, better)
)
select * from final
