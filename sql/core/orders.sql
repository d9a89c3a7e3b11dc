-- One order of a customer: what was sold, given away and returned on its lines, on all
-- its days. Every figure about customers stands on this one pass over the lines; only
-- orders of several days are read again, in core.split_orders.
-- grain: customer_id, order_id
-- needs: none
-- units: net_sales money, discounts money, net_returns money, cogs money
-- units: sale_lines count, counted_lines count, costed_lines count
with
line_values as (
    select * from core.line_values
),
final as (
    select
        customer_id, order_id,
        sum(net_sales) as net_sales, sum(discounts) as discounts,
        sum(net_returns) as net_returns, sum(cogs) as cogs,
        count(sale_line) as sale_lines, count(counted_line) as counted_lines,
        count(costed_line) as costed_lines,
        min(ordered_on) as first_on, max(ordered_on) as last_on
    from line_values
    group by customer_id, order_id
)
select * from final
