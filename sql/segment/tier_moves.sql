-- One known customer between the tier of the window before and the tier of the window
-- W. Who was not known at the end of the window before comes from `new`, who had a
-- result in it and has none in W goes to `lost`; a lost customer is one of tier zero
-- without an activity. Everybody who has a result in the window before was known then.
-- grain: customer_id
-- needs: order_lines | contracts | ledger
-- units: profit_before money, profit_now money
with
window_tiers as (
    select * from segment.window_tiers
),
before as (
    select * from window_tiers where profit_window = 'previous'
),
now_in as (
    select * from window_tiers where profit_window = 'current'
),
final as (
    select
        now_in.customer_id,
        coalesce(before.tier, 'new') as from_tier,
        case
            when before.has_result and not now_in.has_result then 'lost'
            else now_in.tier
        end as to_tier,
        coalesce(before.profit, 0) as profit_before,
        now_in.profit as profit_now,
        now_in.has_result or coalesce(before.has_result, false) as has_result
    from now_in
    left join before
        on now_in.customer_id = before.customer_id
)
select * from final
