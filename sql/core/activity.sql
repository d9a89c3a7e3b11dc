-- One day on which a customer was active, in all history before the as-of day: a day
-- with at least one sale line, at whatever price, or, with `activity: net`, a day of
-- positive net value. Orders of the same day are one activity.
-- grain: customer_id, active_on
-- needs: none
-- units: net_revenue money
with
params as (
    select * from run.params
),
order_days as (
    select * from core.order_days
),
customer_days as (
    select
        customer_id, ordered_on,
        sum(net_revenue) as net_revenue,
        sum(sale_lines) as sale_lines
    from order_days
    group by customer_id, ordered_on
),
final as (
    select
        customer_days.customer_id,
        cast(customer_days.net_revenue as decimal(38, 4)) as net_revenue,
        customer_days.ordered_on as active_on
    from customer_days
    cross join params
    where (params.activity = 'sale' and customer_days.sale_lines > 0)
        or (params.activity = 'net' and customer_days.net_revenue > 0)
)
select * from final
