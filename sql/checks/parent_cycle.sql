-- The customers who belong to a group, and how many of them stand above themselves. A
-- circle of parents has no top, so no group can be added up: mart parent_cycles names
-- its customers and where their parents are stated.
-- grain: table_name
-- needs: customers
-- severity: error
-- units: failing count, tested count

with parents as (
    select * from core.parents
),
parent_cycles as (
    select * from segment.parent_cycles
),
members as (
    select count(*) as customers
    from parent_cycles
),
named as (
    select count(*) as customers
    from parents
),
final as (
    select
        'customers' as table_name,
        members.customers as failing,
        named.customers as tested
    from members
    cross join named
)
select * from final
