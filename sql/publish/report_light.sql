-- One row: the money behind the default light, top_tier_profit_at_risk.
-- grain: none
-- needs: order_lines | contracts
-- units: amount money

with tier_totals as (
    select * from publish.tier_totals
),
final as (
    select cast(high_at_risk as decimal(38, 4)) as amount
    from tier_totals
)
select * from final
