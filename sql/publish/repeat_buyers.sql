-- One row: how many customers have at least one order with a sale line in all history,
-- and how many have two or more.
-- grain: none
-- needs: none
-- units: buyers count, repeat_buyers count

with order_days as (
    select * from core.order_days
),
customer_orders as (
    -- two different order numbers are seen without counting them all
    select
        customer_id,
        min(order_id) as least_order_id,
        max(order_id) as greatest_order_id
    from order_days
    where sale_lines > 0
    group by customer_id
),
final as (
    select
        count(*) as buyers,
        count(case when least_order_id <> greatest_order_id then 1 end) as repeat_buyers
    from customer_orders
)
select * from final
