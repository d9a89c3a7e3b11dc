-- A key figure and its value; NULL when it has none, for example a share of nothing.
-- grain: kpi
-- needs: none
-- view: yes

with kpi_definitions as (
    select * from publish.kpi_definitions
),
kpi_shares as (
    select kpi, rate, rate_low, rate_high from publish.kpi_shares
    union all
    select kpi, difference, low, high from publish.kpi_differences
),
customer_totals as (select * from publish.customer_totals),
ranking as (select * from publish.ranking_totals),
tier_totals as (select * from publish.tier_totals),
churn_totals as (select * from publish.churn_totals),
retention_money as (select * from publish.retention_money),
contract_figures as (select * from publish.contract_figures),
funnel_totals as (select * from publish.funnel_totals),
figures as (
    select
        kpi_definitions.kpi,
        case kpi_definitions.kpi
            when 'customers' then cast(customer_totals.customers as double)
            when 'active_customers' then cast(active_customers as double)
            when 'new_customers' then cast(new_customers as double)
            when 'orders' then cast(orders as double)
            when 'revenue' then cast(customer_totals.revenue as double)
            when 'unassigned_revenue' then cast(unassigned_revenue as double)
            when 'profit' then cast(customer_totals.profit as double)
            when 'profit_margin' then cast(customer_totals.profit as double)
                / nullif(cast(customer_totals.revenue as double), 0)
            when 'top20_revenue_share' then cast(top20_revenue as double)
                / nullif(cast(ranking.revenue as double), 0)
            when 'top20_profit_share' then cast(top20_profit as double)
                / nullif(cast(ranking.profit as double), 0)
            when 'n80_customers' then cast(n80_customers as double)
            when 'tied_at_cut' then cast(tied_at_cut as double)
            when 'revenue_gini' then revenue_gini
            when 'loss_customers' then cast(loss_customers as double)
            when 'loss_sum' then cast(loss_sum as double)
            when 'whale_peak' then cast(whale_peak as double)
            when 'whale_erosion' then cast(whale_peak - ranking.profit as double)
            when 'top_tier_profit_at_risk' then cast(high_at_risk as double)
                / nullif(cast(high_profit as double), 0)
            when 'top_tier_profit_at_risk_amount' then cast(high_at_risk as double)
            when 'churned_customers' then cast(churned as double)
            when 'churned_profit' then cast(churned_profit as double)
            when 'grr' then contract_figures.grr
            when 'nrr' then contract_figures.nrr
            when 'pipeline_value' then cast(funnel_totals.open_value as double)
            when 'acquisition_cost' then retention_money.acquisition_cost
            when 'retention_cost' then retention_money.retention_cost
            when 'acquisition_to_retention'
                then retention_money.acquisition_to_retention
            when 'retention_plus_1' then retention_money.plus_1
            when 'retention_plus_5' then retention_money.plus_5
        end as figure,
        case kpi_definitions.kpi
            when 'retention_plus_1' then retention_money.plus_1_low
            when 'retention_plus_5' then retention_money.plus_5_low
        end as low,
        case kpi_definitions.kpi
            when 'retention_plus_1' then retention_money.plus_1_high
            when 'retention_plus_5' then retention_money.plus_5_high
        end as high
    from kpi_definitions
    cross join customer_totals
    cross join ranking
    cross join tier_totals
    cross join churn_totals
    cross join retention_money
    cross join contract_figures
    cross join funnel_totals
),
final as (
    select
        figures.kpi,
        coalesce(figures.figure, kpi_shares.rate) as value,
        coalesce(figures.low, kpi_shares.rate_low) as low,
        coalesce(figures.high, kpi_shares.rate_high) as high
    from figures
    left join kpi_shares
        on figures.kpi = kpi_shares.kpi
)
select * from final
