-- A customer whose contracts are due, with the first of them. Its parts take the place
-- of this file, which has no row.
-- grain: customer_id
-- needs: none
-- view: yes
-- units: days_left days, contract_value money
-- column: customer_id  the customer
-- column: due_on  end of the term that ends first
-- column: days_left  days from D to that end; negative when it is over
-- column: contract_value  value in twelve months of all contracts that are due
with
params as (
    select * from run.params
),
final as (
    select
        cast('none' as varchar) as customer_id,
        params.as_of as due_on,
        cast(0 as bigint) as days_left,
        cast(0 as decimal(38, 4)) as contract_value
    from params
    where params.as_of is null
)
select * from final
