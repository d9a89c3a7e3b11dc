-- One customer known at the end of a profit window that is shown in full, with the tier
-- that their profit in it gives. The windows of the history stand in tier_history.
-- grain: profit_window, customer_id
-- needs: none
-- units: profit money, net_revenue money, rank count
-- column: rank  1 is the highest profit of all known customers
-- column: has_result  whether there is anything of the customer in the window
with
judged_tiers as (
    select * from segment.judged_tiers
),
final as (
    select
        profit_window, customer_id, tier,
        net_revenue, profit, rank, has_result
    from judged_tiers
    where window_kind <> 'history'
)
select * from final
