-- One customer in a circle of parents, in words: what an error message names.
-- grain: check_name, place, finding
-- needs: customers
-- column: place  1 for the first by id

with parent_cycles as (
    select * from segment.parent_cycles
),
final as (
    select
        'parent_cycle' as check_name,
        row_number() over (order by customer_id) as place,
        concat(
            customer_id, ' belongs to ', parent_id, ' (',
            case
                when line is null then 'customers table'
                else concat(stated_in, ' line ', cast(line as varchar))
            end,
            '); a row of parents.csv with another parent breaks the circle'
        ) as finding
    from parent_cycles
)
select * from final
