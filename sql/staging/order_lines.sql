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
identities as (
    select source_id, customer_id from run.identities
),
final as (
    select
        order_id, line_id,
        coalesce(identities.customer_id, order_lines.customer_id) as customer_id,
        product_id,
        channel, status,
        quantity, unit_price, discount, net_amount, cost, profit,
        ordered_on,
        _mapping, _file, _line
    from order_lines
    left join identities
        on order_lines.customer_id = identities.source_id
)
select * from final
