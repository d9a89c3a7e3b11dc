-- The returns table, and how many of the orders it names have no order line. Such a
-- return belongs to nobody; mart findings names it.
-- grain: table_name
-- needs: returns, order_lines
-- severity: warning
-- units: failing count, tested count

with returns as (
    select * from staging.returns
),
unknown_orders as (
    select * from core.unknown_orders
),
unknown as (
    select count(*) as orders
    from unknown_orders
),
named as (
    select count(distinct order_id) as orders
    from returns
),
final as (
    select
        'returns' as table_name,
        unknown.orders as failing,
        named.orders as tested
    from unknown
    cross join named
)
select * from final
