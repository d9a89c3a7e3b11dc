-- One way between two tiers, from the window twelve months before to the window W, with
-- the known customers who went it, and those who stayed. `new` were not known at the
-- end of the window before; `lost` had a result in it and have none in W, which
-- tier_history and profit_tiers count in zero.
-- grain: from_tier, to_tier
-- needs: order_lines | contracts | ledger
-- mart: yes
-- units: customers count, profit_change money
-- column: from_tier  tier in the window before, or new
-- column: to_tier  tier in the window W, or lost
-- column: customers  known customers who went this way
-- column: profit_change  their profit in W less their profit in the window before
with
tier_moves as (
    select * from segment.tier_moves
),
final as (
    select
        cast(from_tier as varchar) as from_tier,
        cast(to_tier as varchar) as to_tier,
        cast(count(*) as bigint) as customers,
        cast(sum(profit_now - profit_before) as decimal(38, 4)) as profit_change
    from tier_moves
    group by from_tier, to_tier
)
select * from final
