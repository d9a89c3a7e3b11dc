-- One line of an order as it was loaded, in the company's own words for channel and
-- status and in its currency. A line in another currency is converted by the rate of
-- the day on which it was ordered, each amount once, half away from zero.
-- grain: order_id, line_id
-- needs: none
-- view: yes
-- units: net_amount money, discount money, cost money, profit money
with
foreign_currencies as (
    select * from staging.foreign_currencies
),
order_lines as (
    select * from raw.order_lines
),
foreign_lines as (
    select * from staging.foreign_lines
),
converted as (
    select
        order_lines.order_id, order_lines.line_id,
        order_lines.customer_id, order_lines.product_id,
        order_lines.channel, order_lines.status,
        order_lines.quantity, order_lines.unit_price, order_lines.discount,
        order_lines.net_amount, order_lines.cost, order_lines.profit,
        order_lines.ordered_on,
        order_lines._source, order_lines._mapping, order_lines._file, order_lines._line
    from order_lines
    left join foreign_currencies
        on order_lines.currency = foreign_currencies.currency
    where foreign_currencies.currency is null
    union all
    select
        order_id, line_id,
        customer_id, product_id,
        channel, status,
        quantity,
        cast(unit_price * rate as decimal(18, 6)) as unit_price,
        cast(discount * rate as decimal(18, 4)) as discount,
        cast(net_amount * rate as decimal(18, 4)) as net_amount,
        cast(cost * rate as decimal(18, 4)) as cost,
        cast(profit * rate as decimal(18, 4)) as profit,
        ordered_on,
        _source, _mapping, _file, _line
    from foreign_lines
    where rule is null
),
identities as (
    select source_id, customer_id from run.identities
),
final as (
    select
        order_id, line_id,
        coalesce(identities.customer_id, converted.customer_id) as customer_id,
        product_id, channel, status,
        quantity, unit_price, discount, net_amount, cost, profit,
        ordered_on,
        _source, _mapping, _file, _line
    from converted
    left join identities
        on converted.customer_id = identities.source_id
)
select * from final
