-- Makes the ledger of the generated order lines (LINES): revenue, discount and cost of goods per order, refunds
-- that name the order only, two kinds of service per order, and a shared entry per month. About 1.3 entries a line.
set threads = 2;
create view lines as select * from 'LINES';
copy (
    with orders as (
        select
            order_id, min(customer_id) as customer_id, min(cast(ordered_at as date)) as day,
            sum(case when net_amount >= 0 and status <> 'cancelled' then net_amount + discount end) as revenue,
            sum(case when net_amount >= 0 and status <> 'cancelled' then discount end) as discount,
            sum(case when net_amount < 0 then -net_amount end) as refund,
            sum(case when net_amount < 0 or status <> 'cancelled' then cost end) as cogs
        from lines
        group by order_id
    )
    select 'R' || order_id as entry_id, day as posted_on, 'revenue' as kind, cast(revenue as decimal(18, 4)) as amount, customer_id,
        cast(null as varchar) as order_id from orders where revenue is not null
    union all select 'D' || order_id, day, 'discount', cast(discount as decimal(18, 4)), customer_id, null from orders where discount <> 0
    union all select 'F' || order_id, day, 'refund', cast(refund as decimal(18, 4)), null, order_id from orders where refund is not null
    union all select 'C' || order_id, day, 'cogs', cast(cogs as decimal(18, 4)), customer_id, null from orders where cogs is not null
    union all select 'S' || order_id, day, 'service', cast((hash(order_id) % 700) / 100.0 as decimal(18, 4)), customer_id, null from orders
    union all select 'T' || order_id, day, 'selling', cast((hash(order_id || 'x') % 300) / 100.0 as decimal(18, 4)), customer_id, null from orders
    union all select 'H' || month, date '2023-01-01' + to_months(cast(month as int)) + interval 27 day,
        case when month % 2 = 0 then 'overhead' else 'service' end, 123456.78, null, null from range(36) as t (month)
) to 'LEDGER' (format parquet);
