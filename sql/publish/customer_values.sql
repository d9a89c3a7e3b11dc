-- A customer's future value as far as one could be estimated. Its parts take the place
-- of this file, which has no row.
-- grain: customer_id
-- needs: none
-- view: yes
-- units: clv money
-- column: customer_id  the customer
-- column: clv  profit expected over the horizon, discounted
-- column: is_rising  among the first fifth by clv, and not big by value today
with
params as (
    select * from run.params
),
final as (
    select
        cast('none' as varchar) as customer_id,
        cast(0 as decimal(38, 4)) as clv,
        false as is_rising
    from params
    where params.as_of is null
)
select * from final
