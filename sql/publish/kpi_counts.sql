-- A key figure that is a proportion of customers, contracts or opportunities: so many
-- hits in so many trials. The customers kept from W a year before stand here too, for
-- the money case of retention.
-- grain: kpi
-- needs: none
-- units: hits count, trials count

with period_steps as (
    select * from analysis.period_steps
),
repeat_buyers as (
    select * from publish.repeat_buyers
),
churn_totals as (
    select * from publish.churn_totals
),
retention_totals as (
    select * from publish.retention_totals
),
contract_figures as (
    select * from publish.contract_figures
),
funnel_totals as (
    select * from publish.funnel_totals
),
survey_members as (
    select * from analysis.survey_members where is_counted
),
last_period as (
    select max(period_index) as period_index
    from period_steps
    where state = 'observed'
),
final as (
    select
        'retention_rate' as kpi,
        period_steps.kept as hits,
        period_steps.at_start as trials
    from period_steps
    inner join last_period
        on period_steps.period_index = last_period.period_index
    union all
    select 'repeat_rate', repeat_buyers, buyers
    from repeat_buyers
    union all
    select 'churn_rate', lost_of_them, at_start
    from churn_totals
    union all
    select 'fault_churn_share', churned_by_fault, churned
    from churn_totals
    union all
    select 'unclassified_churn_share', churned_unclassified, churned
    from churn_totals
    union all
    select 'window_retention', kept, at_start
    from retention_totals
    union all
    select 'logo_retention', customers_kept, customers_start
    from contract_figures
    union all
    select 'renewal_rate', renewed, decided
    from contract_figures
    union all
    select 'signing_rate', won, opportunities
    from funnel_totals
    union all
    select 'close_rate', won, won + lost
    from funnel_totals
    union all
    select 'entry_timeliness', timely, recorded
    from funnel_totals
    union all
    select 'entry_completeness', filled, required
    from funnel_totals
    union all
    select
        'satisfaction_response_rate',
        count(case when has_answered then 1 end),
        count(*)
    from survey_members
)
select * from final
