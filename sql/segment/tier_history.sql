-- One month and one customer known at its window's end, with the tier of the window
-- that ends in the month: W, and W as it was at the as-of day minus one to 23 months,
-- all from the same load.
-- grain: customer_id, month
-- needs: order_lines | contracts | ledger
-- mart: yes
-- units: profit money
-- column: month  the first day of the month that holds the window's last day
-- column: customer_id  the customer's id
-- column: tier  high, medium, zero or loss
-- column: profit  profit in the window that ends in the month
with
judged_tiers as (
    select * from segment.judged_tiers
),
final as (
    select
        cast(month_on as date) as month,
        cast(customer_id as varchar) as customer_id,
        cast(tier as varchar) as tier,
        cast(profit as decimal(38, 4)) as profit
    from judged_tiers
    where month_on is not null
)
select * from final
