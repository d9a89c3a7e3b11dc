-- One customer's order on one day: what was sold, given away and returned on its lines.
-- An order that spans midnight has a row for each day. Lines without a customer are in
-- core.unassigned.
-- grain: customer_id, order_id, ordered_on
-- needs: none
-- view: yes
-- units: revenue money, discounts money, returns money, cogs money, net_revenue money
-- units: sale_lines count, counted_lines count, costed_lines count
-- column: is_split  whether the order has lines of other days too
with
orders as (
    select * from core.orders
),
split_orders as (
    select * from core.split_orders
),
days as (
    select
        customer_id, order_id,
        net_sales, discounts, net_returns, cogs,
        sale_lines, counted_lines, costed_lines,
        false as is_split,
        first_on as ordered_on
    from orders
    where first_on = last_on
    union all
    select
        customer_id, order_id,
        net_sales, discounts, net_returns, cogs,
        sale_lines, counted_lines, costed_lines,
        true as is_split,
        ordered_on
    from split_orders
),
final as (
    select
        customer_id, order_id,
        cast(coalesce(net_sales, 0) + coalesce(discounts, 0) as decimal(38, 4))
            as revenue,
        cast(coalesce(discounts, 0) as decimal(38, 4)) as discounts,
        cast(-coalesce(net_returns, 0) as decimal(38, 4)) as returns,
        cast(coalesce(cogs, 0) as decimal(38, 4)) as cogs,
        cast(coalesce(net_sales, 0) + coalesce(net_returns, 0) as decimal(38, 4))
            as net_revenue,
        sale_lines, counted_lines, costed_lines,
        is_split,
        ordered_on
    from days
)
select * from final
