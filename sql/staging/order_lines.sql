-- One line of an order as it was loaded, in the company's own words for channel and
-- status.
-- grain: order_id, line_id
-- needs: none
-- view: yes
-- units: net_amount money, discount money, cost money, profit money
with
order_lines as (
    select * from raw.order_lines
),
final as (
    select
        order_id, line_id, customer_id, product_id,
        channel, status,
        quantity, unit_price, discount, net_amount, cost, profit,
        ordered_on,
        _source, _mapping, _file, _line
    from order_lines
)
select * from final
