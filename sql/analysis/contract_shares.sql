-- A share of customers or contracts as it occurs in the marts of contracts: so many
-- hits in so many trials.
-- grain: trials, hits
-- needs: none
-- units: trials count, hits count
with
contract_totals as (
    select * from analysis.contract_totals
),
chain_totals as (
    select * from analysis.contract_chain_totals
),
renewal_periods as (
    select * from analysis.renewal_periods
),
contract_segments as (
    select * from analysis.contract_segments
),
pairs as (
    select customers_start as trials, customers_kept as hits from contract_totals
    union all
    select contracts_start, contracts_kept from chain_totals
    union all
    select due - pending, renewed from renewal_periods
    union all
    select customers_start, customers_kept from contract_segments
    union all
    select due - pending, renewed from contract_segments
),
final as (
    select trials, hits
    from pairs
    where trials > 0
    group by trials, hits
)
select * from final
