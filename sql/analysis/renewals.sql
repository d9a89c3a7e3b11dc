-- A contract and what became of it on D: whether its term ended, and if so whether
-- another contract of the customer renews it that starts before its grace is over. A
-- contract that was ended before its term, or without one, is no renewal that failed:
-- it stands beside. Values are those of a month; the worth of the renewal is that of
-- all contracts that renew it.
-- grain: customer_id, contract_id
-- needs: contracts
-- mart: yes
-- units: value_due money, value_renewed money, change money, renewals count
-- column: contract_id  number of the contract
-- column: starts_on  first day in force
-- column: due_on  end of its term, the first day not in force; NULL without an end
-- column: ended_on  the day it ended or will end, by cancellation or term
-- column: state  renewed, pending (ended, grace not over), lapsed, running,
--   terminated_early (cancelled before its term ended), cancelled (had no term)
-- column: renews  the contract that it renews
-- column: rule  why that is so: named by the contract, or inferred from the dates
-- column: renewed_by  the first contract that renews it
-- column: renewals  contracts that renew it
-- column: value_due  its value a month
-- column: value_renewed  what renews it, a month; NULL when nothing does
-- column: change  value_renewed less value_due
-- column: change_kind  upgrade, downgrade or same (but for rounding)
-- column: owner_id  who looks after the contract
with
renewal_states as (
    select * from analysis.renewal_states
),
final as (
    select
        cast(customer_id as varchar) as customer_id,
        cast(contract_id as varchar) as contract_id,
        cast(starts_on as date) as starts_on,
        cast(due_on as date) as due_on,
        cast(ended_on as date) as ended_on,
        cast(state as varchar) as state,
        cast(renews as varchar) as renews,
        cast(rule as varchar) as rule,
        cast(renewed_by as varchar) as renewed_by,
        cast(renewals as bigint) as renewals,
        cast(value_due as decimal(38, 4)) as value_due,
        cast(value_renewed as decimal(38, 4)) as value_renewed,
        cast(value_renewed - value_due as decimal(38, 4)) as change,
        cast(change_kind as varchar) as change_kind,
        cast(owner_id as varchar) as owner_id
    from renewal_states
)
select * from final
