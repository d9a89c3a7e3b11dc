-- A customer who qualifies for a target list, whatever else they qualify for, and why.
-- Every list is a file of its own, publish/list_<name>.sql; their union takes the place
-- of this file, which has no row.
-- grain: list, customer_id
-- needs: none
-- units: value_at_stake money
-- column: list  the list, as in pharos.yaml
-- column: customer_id  the customer
-- column: urgency  1 comes before 2, whatever is at stake
-- column: reason_code  why the customer qualifies, from a closed vocabulary
-- column: value_at_stake  money to keep, to win or to win back, or the loss to stop
with
params as (
    select * from run.params
),
final as (
    select
        cast('none' as varchar) as list,
        cast('none' as varchar) as customer_id,
        1 as urgency,
        cast('none' as varchar) as reason_code,
        cast(0 as decimal(38, 4)) as value_at_stake
    from params
    where params.as_of is null
)
select * from final
