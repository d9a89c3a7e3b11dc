-- The returns table, and how many of the orders it names have no order line. Such a
-- return belongs to nobody.
-- grain: table_name
-- needs: returns, order_lines
-- severity: warning
-- units: failing count, tested count

with returns as (
    select * from staging.returns
),
order_lines as (
    select * from staging.order_lines
),
returned_orders as (
    select distinct order_id
    from returns
),
sold_orders as (
    select distinct order_lines.order_id
    from order_lines
    inner join returned_orders
        on order_lines.order_id = returned_orders.order_id
),
final as (
    select
        'returns' as table_name,
        count(case when sold_orders.order_id is null then 1 end) as failing,
        count(*) as tested
    from returned_orders
    left join sold_orders
        on returned_orders.order_id = sold_orders.order_id
)
select * from final
