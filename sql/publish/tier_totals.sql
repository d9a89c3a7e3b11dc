-- One row: the tiers that the key figures speak of, in the window W.
-- grain: none
-- needs: none
-- units: loss_customers count, loss_sum money, high_profit money, high_at_risk money
-- column: high_at_risk  profit of tier high that is at risk or left in W

with rankings as (
    select * from segment.rankings
),
top_tier_risks as (
    select * from publish.top_tier_risks
),
tiers as (
    select
        coalesce(sum(loss_customers), 0) as loss_customers,
        coalesce(sum(loss_sum), 0) as loss_sum,
        coalesce(sum(high_profit), 0) as high_profit
    from rankings
    where profit_window = 'current' and segmentation = 'none'
),
risks as (
    select coalesce(sum(profit), 0) as high_at_risk
    from top_tier_risks
),
final as (
    select
        cast(tiers.loss_customers as bigint) as loss_customers,
        tiers.loss_sum, tiers.high_profit,
        risks.high_at_risk
    from tiers
    cross join risks
)
select * from final
