-- The parents that customers name, and how many of them are no customers that any table
-- knows. Such a parent still is a group, without a name.
-- grain: table_name
-- needs: customers
-- severity: warning
-- units: failing count, tested count

with parents as (
    select * from core.parents
),
customers as (
    select * from core.customers
),
named as (
    select distinct parent_id
    from parents
),
final as (
    select
        'customers' as table_name,
        count(case when customers.customer_id is null then 1 end) as failing,
        count(*) as tested
    from named
    left join customers
        on named.parent_id = customers.customer_id
)
select * from final
