-- One order line in another currency than the company's, with the rate of the day on
-- which it was ordered. A line with a rule cannot be converted: it is in mart
-- quarantine and in no figure.
-- grain: order_id, line_id
-- needs: none
-- view: yes
-- units: rate ratio, lowest_rate ratio, highest_rate ratio
-- column: rule  missing_rate, ambiguous_rate, out_of_range, or NULL
with
foreign_currencies as (
    select * from staging.foreign_currencies
),
order_lines as (
    select * from raw.order_lines
),
day_rates as (
    select * from staging.day_rates
),
final as (
    select
        order_lines.order_id, order_lines.line_id,
        order_lines.customer_id, order_lines.product_id,
        order_lines.channel, order_lines.status, order_lines.currency,
        case
            when day_rates.currency is null then 'missing_rate'
            when day_rates.rate is null then 'ambiguous_rate'
            when day_rates.rate * (
                abs(order_lines.net_amount) + coalesce(abs(order_lines.discount), 0)
                + coalesce(abs(order_lines.cost), 0)
                + coalesce(abs(order_lines.profit), 0)
            ) >= 99999999999999
                then 'out_of_range'
            when day_rates.rate * abs(order_lines.unit_price) >= 999999999999
                then 'out_of_range'
        end as rule,
        order_lines.quantity, order_lines.unit_price, order_lines.discount,
        order_lines.net_amount, order_lines.cost, order_lines.profit,
        day_rates.rate, day_rates.lowest_rate, day_rates.highest_rate,
        order_lines.ordered_on,
        order_lines._source, order_lines._mapping, order_lines._file, order_lines._line
    from order_lines
    inner join foreign_currencies
        on order_lines.currency = foreign_currencies.currency
    left join day_rates
        on order_lines.currency = day_rates.currency
        and order_lines.ordered_on = day_rates.on_date
)
select * from final
