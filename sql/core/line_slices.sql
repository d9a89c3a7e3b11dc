-- One customer with an order line in a slice of time, and what their lines brought and
-- cost in it.
-- grain: customer_id, slice
-- needs: none
-- units: orders_of_one_day count, revenue money, discounts money, returns money
-- units: cogs money, counted_lines count, costed_lines count
with
order_days as (
    select * from core.order_days
),
day_slices as (
    select * from core.day_slices
),
final as (
    select
        order_days.customer_id, day_slices.slice,
        count(
            case when order_days.sale_lines > 0 and not order_days.is_split then 1 end
        ) as orders_of_one_day,
        cast(sum(order_days.revenue) as decimal(38, 4)) as revenue,
        cast(sum(order_days.discounts) as decimal(38, 4)) as discounts,
        cast(sum(order_days.returns) as decimal(38, 4)) as returns,
        cast(sum(order_days.cogs) as decimal(38, 4)) as cogs,
        cast(sum(order_days.counted_lines) as bigint) as counted_lines,
        cast(sum(order_days.costed_lines) as bigint) as costed_lines
    from order_days
    inner join day_slices
        on order_days.ordered_on = day_slices.day
    group by order_days.customer_id, day_slices.slice
)
select * from final
