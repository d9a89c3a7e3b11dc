-- One row: the money behind the default light, top_tier_profit_at_risk.
-- grain: none
-- needs: order_lines | contracts | ledger
-- units: amount money

with top_tier_risks as (
    select * from publish.top_tier_risks
),
final as (
    select cast(coalesce(sum(profit), 0) as decimal(38, 4)) as amount
    from top_tier_risks
)
select * from final
