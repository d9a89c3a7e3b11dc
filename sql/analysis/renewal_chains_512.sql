-- One contract in force before D, with the one 512 renewals before it, or the first of
-- its chain where there are fewer.
-- grain: contract_id
-- needs: none
with
chains_64 as (
    select * from analysis.renewal_chains_64
),
one_hundred_28 as (
    select chains_64.contract_id, earlier.first_id
    from chains_64
    inner join chains_64 as earlier
        on chains_64.first_id = earlier.contract_id
),
two_hundred_56 as (
    select one_hundred_28.contract_id, earlier.first_id
    from one_hundred_28
    inner join one_hundred_28 as earlier
        on one_hundred_28.first_id = earlier.contract_id
),
final as (
    select two_hundred_56.contract_id, earlier.first_id
    from two_hundred_56
    inner join two_hundred_56 as earlier
        on two_hundred_56.first_id = earlier.contract_id
)
select * from final
