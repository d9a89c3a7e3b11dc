-- A contract and the one that it says it renews, where that is a contract of the same
-- customer that began before: so there are no circles. Any other that a contract names
-- is one of the contract_faults.
-- grain: contract_id
-- needs: none
-- view: yes
with
contract_terms as (
    select * from analysis.contract_terms
),
final as (
    select
        later.contract_id, later.customer_id,
        earlier.contract_id as renewed_id
    from contract_terms as later
    inner join contract_terms as earlier
        on later.renews_contract_id = earlier.contract_id
        and later.customer_id = earlier.customer_id
    where earlier.starts_on < later.starts_on
)
select * from final
