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
contract_terms as (
    select * from analysis.contract_terms
),
renewal_links as (
    select * from analysis.renewal_links
),
params as (
    select * from run.params
),
in_time as (
    select
        links.renewed_id, links.contract_id, later.monthly_value,
        row_number() over (
            partition by links.renewed_id order by later.starts_on, links.contract_id
        ) as place
    from renewal_links as links
    cross join params
    inner join contract_terms as later
        on links.contract_id = later.contract_id
    inner join contract_terms as earlier
        on links.renewed_id = earlier.contract_id
    where coalesce(
        date_diff('day', earlier.ended_on, later.starts_on) <= params.grace_days, false
    )
),
renewed as (
    select
        renewed_id,
        count(*) as renewals,
        sum(monthly_value) as monthly_value,
        max(case when place = 1 then contract_id end) as renewed_by
    from in_time
    group by renewed_id
),
final as (
    select
        cast(terms.customer_id as varchar) as customer_id,
        cast(terms.contract_id as varchar) as contract_id,
        cast(terms.starts_on as date) as starts_on,
        cast(terms.term_ends_on as date) as due_on,
        cast(terms.ended_on as date) as ended_on,
        cast(case
            when terms.cancelled_on is not null and terms.term_ends_on is null
                then 'cancelled'
            when terms.cancelled_on is not null then 'terminated_early'
            when terms.active_until >= params.as_of then 'running'
            when renewed.renewals > 0 then 'renewed'
            when date_diff('day', terms.ended_on, params.as_of) < params.grace_days
                then 'pending'
            else 'lapsed'
        end as varchar) as state,
        cast(links.renewed_id as varchar) as renews,
        cast(links.rule as varchar) as rule,
        cast(renewed.renewed_by as varchar) as renewed_by,
        cast(coalesce(renewed.renewals, 0) as bigint) as renewals,
        cast(terms.monthly_value as decimal(38, 4)) as value_due,
        cast(renewed.monthly_value as decimal(38, 4)) as value_renewed,
        cast(renewed.monthly_value - terms.monthly_value as decimal(38, 4)) as change,
        cast(case
            when 20000 * abs(renewed.monthly_value - terms.monthly_value)
                <= renewed.renewals + 1 then 'same'
            when renewed.monthly_value > terms.monthly_value then 'upgrade'
            when renewed.monthly_value < terms.monthly_value then 'downgrade'
        end as varchar) as change_kind,
        cast(terms.owner_id as varchar) as owner_id
    from contract_terms as terms
    cross join params
    left join renewal_links as links
        on terms.contract_id = links.contract_id
    left join renewed
        on terms.contract_id = renewed.renewed_id
)
select * from final
