-- One order line of a customer, with what it adds to each figure: a NULL adds nothing.
-- grain: order_id, line_id
-- needs: none
-- view: yes
-- units: net_sales money, discounts money, net_returns money, cogs money
-- column: sale_line  1 for a sale, free or not
-- column: counted_line  1 for a line that counts in money
-- column: costed_line  1 for such a line with a cost
with
lines as (
    select * from core.lines
),
final as (
    select
        customer_id, order_id, line_id,
        case when is_sale and is_counted then net_amount end as net_sales,
        case when is_sale and is_counted then discount end as discounts,
        case when is_return and is_counted then net_amount end as net_returns,
        case when is_counted then cost end as cogs,
        case when is_sale then 1 end as sale_line,
        case when is_counted then 1 end as counted_line,
        case when is_counted and cost is not null then 1 end as costed_line,
        ordered_on,
        _source, _file, _line
    from lines
    where customer_id is not null
)
select * from final
