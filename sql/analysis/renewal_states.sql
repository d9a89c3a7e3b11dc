-- A contract and what became of it on D: whether its term ended, and if so whether
-- another contract of the customer renews it that starts before its grace is over. The
-- worth of a renewal is that of all contracts that renew it.
-- grain: contract_id
-- needs: none
-- units: value_due money, value_renewed money, renewals count
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
        cast(sum(monthly_value) as decimal(38, 4)) as monthly_value,
        max(case when place = 1 then contract_id end) as renewed_by
    from in_time
    group by renewed_id
),
final as (
    select
        terms.customer_id,
        terms.contract_id,
        terms.starts_on,
        terms.term_ends_on as due_on,
        terms.ended_on,
        case
            when terms.cancelled_on is not null and terms.term_ends_on is null
                then 'cancelled'
            when terms.cancelled_on is not null then 'terminated_early'
            when terms.active_until >= params.as_of then 'running'
            when renewed.renewals > 0 then 'renewed'
            when date_diff('day', terms.ended_on, params.as_of) < params.grace_days
                then 'pending'
            else 'lapsed'
        end as state,
        links.renewed_id as renews,
        links.rule,
        renewed.renewed_by,
        coalesce(renewed.renewals, 0) as renewals,
        terms.monthly_value as value_due,
        renewed.monthly_value as value_renewed,
        case
            when 20000 * abs(renewed.monthly_value - terms.monthly_value)
                <= renewed.renewals + 1 then 'same'
            when renewed.monthly_value > terms.monthly_value then 'upgrade'
            when renewed.monthly_value < terms.monthly_value then 'downgrade'
        end as change_kind,
        terms.owner_id
    from contract_terms as terms
    cross join params
    left join renewal_links as links
        on terms.contract_id = links.contract_id
    left join renewed
        on terms.contract_id = renewed.renewed_id
)
select * from final
