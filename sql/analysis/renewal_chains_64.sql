-- One contract in force before D, with the one 64 renewals before it, or the first of
-- its chain where there are fewer.
-- grain: contract_id
-- needs: none
with
chains_8 as (
    select * from analysis.renewal_chains_8
),
sixteen as (
    select chains_8.contract_id, earlier.first_id
    from chains_8
    inner join chains_8 as earlier
        on chains_8.first_id = earlier.contract_id
),
thirty_two as (
    select sixteen.contract_id, earlier.first_id
    from sixteen
    inner join sixteen as earlier
        on sixteen.first_id = earlier.contract_id
),
final as (
    select thirty_two.contract_id, earlier.first_id
    from thirty_two
    inner join thirty_two as earlier
        on thirty_two.first_id = earlier.contract_id
)
select * from final
