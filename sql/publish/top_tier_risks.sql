-- A customer of tier high who is at risk, or who churned in the window W, with their
-- profit in W: the customers behind the default light.
-- grain: customer_id
-- needs: none
-- units: profit money

with profit_tiers as (
    select * from segment.profit_tiers
),
churn as (
    select * from analysis.churn
),
params as (
    select * from run.params
),
final as (
    select
        profit_tiers.customer_id,
        churn.state,
        profit_tiers.profit
    from profit_tiers
    inner join churn
        on profit_tiers.customer_id = churn.customer_id
    cross join params
    where
        profit_tiers.tier = 'high'
        and (churn.state = 'at_risk' or churn.churned_on >= params.window_start)
)
select * from final
