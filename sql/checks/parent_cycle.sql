-- The customers who belong to a group, and how many of them stand above themselves. A
-- circle of parents has no top, so no group can be added up: the detail names three of
-- its customers, and mart parent_cycles all of them and where their parents are stated.
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
said as (
    select
        concat(
            customer_id, ' belongs to ', parent_id, ' (',
            case
                when line is null then 'customers table'
                else concat(stated_in, ' line ', cast(line as varchar))
            end,
            ')'
        ) as text,
        row_number() over (order by customer_id) as place
    from parent_cycles
),
members as (
    select
        count(*) as customers,
        concat(
            max(case when place = 1 then text end),
            coalesce(', ' || max(case when place = 2 then text end), ''),
            coalesce(', ' || max(case when place = 3 then text end), ''),
            '; a row of parents.csv with another parent breaks the circle'
        ) as detail
    from said
),
named as (
    select count(*) as customers
    from parents
),
final as (
    select
        'customers' as table_name,
        members.customers as failing,
        named.customers as tested,
        case when members.customers > 0 then members.detail end as detail
    from members
    cross join named
)
select * from final
