-- A stretch of time and the contracts in force before it, each counted together with
-- what renewed it: how many there were, and how many of them are still in force.
-- grain: period_kind, period_on
-- needs: none
-- units: contracts_start count, contracts_kept count
with
contract_steps as (
    select * from analysis.contract_steps
),
contract_terms as (
    select * from analysis.contract_terms where monthly_value > 0
),
chains as (
    select * from analysis.renewal_chains_512
),
held as (
    select
        steps.period_kind, steps.period_on, chains.first_id,
        max(case when terms.active_until >= steps.ends_on then 1 else 0 end)
            as is_kept
    from contract_steps as steps
    inner join contract_terms as terms
        on terms.starts_on < steps.ends_on
        and terms.active_until >= steps.starts_on
    inner join chains
        on terms.contract_id = chains.contract_id
    group by steps.period_kind, steps.period_on, chains.first_id
    having min(case when terms.starts_on < steps.starts_on then 0 else 1 end) = 0
),
final as (
    select
        steps.period_kind, steps.period_on,
        count(held.first_id) as contracts_start,
        cast(coalesce(sum(held.is_kept), 0) as bigint) as contracts_kept
    from contract_steps as steps
    left join held
        on steps.period_kind = held.period_kind
        and steps.period_on = held.period_on
    group by steps.period_kind, steps.period_on
)
select * from final
