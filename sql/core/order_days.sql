-- One customer's order on one day: what was sold, given away and returned on its lines.
-- An order that spans midnight has a row for each day. Lines without a customer are in
-- core.unassigned. Every figure about customers stands on this one pass over the lines.
-- grain: customer_id, order_id, ordered_on
-- needs: none
-- units: revenue money, discounts money, returns money, cogs money, net_revenue money
-- units: sale_lines count, counted_lines count, costed_lines count
with
lines as (
    select * from core.lines
),
summed as (
    select
        customer_id, order_id,
        sum(case when is_sale and is_counted then net_amount end) as net_sales,
        sum(case when is_sale and is_counted then discount end) as discounts,
        sum(case when is_return and is_counted then net_amount end) as net_returns,
        sum(case when is_counted then cost end) as cogs,
        count(case when is_sale then 1 end) as sale_lines,
        count(case when is_counted then 1 end) as counted_lines,
        count(case when is_counted then cost end) as costed_lines,
        ordered_on
    from lines
    where customer_id is not null
    group by customer_id, order_id, ordered_on
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
        ordered_on
    from summed
)
select * from final
