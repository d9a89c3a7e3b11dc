-- One row: the tiers that the key figures speak of, in the window W.
-- grain: none
-- needs: none
-- units: loss_customers count, loss_sum money, high_profit money, high_at_risk money
-- column: high_at_risk  profit of tier high that is at risk or left in W

with profit_tiers as (
    select * from segment.profit_tiers
),
top_tier_risks as (
    select * from publish.top_tier_risks
),
tiers as (
    select
        count(case when tier = 'loss' then 1 end) as loss_customers,
        coalesce(sum(case when tier = 'loss' then profit end), 0) as loss_sum,
        coalesce(sum(case when tier = 'high' then profit end), 0) as high_profit
    from profit_tiers
),
risks as (
    select coalesce(sum(profit), 0) as high_at_risk
    from top_tier_risks
),
final as (
    select
        tiers.loss_customers, tiers.loss_sum, tiers.high_profit,
        risks.high_at_risk
    from tiers
    cross join risks
)
select * from final
