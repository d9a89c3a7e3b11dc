-- A target list and a customer who is on it, must not be contacted for it, or is left
-- out of it for control. A customer stands on the first list in the order of
-- pharos.yaml; then who must not be contacted is taken out, and a control group; then
-- the list is filled by rank up to its capacity. Who stands on another list, or found
-- no room, is counted in report_lists.
-- grain: list, customer_id
-- needs: order_lines | contracts | ledger
-- mart: yes
-- units: rank rank, value_at_stake money, profit money, revenue money, days_silent days
-- units: expected_gap_days days, clv money, open_cases count
-- column: list  the list, as in pharos.yaml
-- column: rank  1 for the candidate with most at stake
-- column: value_at_stake  money to keep, to win or to win back, or the loss to stop
-- column: tier  profit tier in the window W
-- column: churn_state  active, at_risk, churned or none
-- column: churn_class  cause of leaving, or none
-- column: sub_class  its sub-class, or none
-- column: clv  expected value; NULL when none could be estimated
-- column: profit  profit in the window W
-- column: revenue  net revenue in the window W
-- column: days_silent  days from the last activity to D
-- column: expected_gap_days  days between purchases that are usual at the most
-- column: reason_codes  why, from a closed vocabulary, the list's own reason first
-- column: status  chosen, control or suppressed
-- column: other_list  none: who stands on another list is not here
-- column: suppressed_reason  why the customer must not be contacted, or none
-- column: owner_id  who calls: the list's owner, or who looks after the customer
-- column: channel  phone, email, sms, visit or none
-- column: consent_basis  what allows the contact on this channel, or not_needed
-- column: consent_on  since when
-- column: offer  what to offer, or none
-- column: due_by  the day until which the contact is due
-- column: last_contact_on  the last contact before D
-- column: cool_down_until  the day from which the list contacts them again after that
-- column: started_on  first activity or contract
-- column: due_on  the end of the contract that is due first
-- column: open_cases  cases and complaints that are open on D

with placed as (
    select * from publish.list_places
    where status <> 'over_capacity' and status <> 'on_other_list'
),
standings as (select * from publish.customer_standings),
list_offers as (select * from publish.list_offers),
terms as (select * from publish.list_terms),
final as (
    select
        cast(placed.list as varchar) as list,
        cast(placed.customer_id as varchar) as customer_id,
        cast(placed.rank as bigint) as rank,
        cast(placed.value_at_stake as decimal(38, 4)) as value_at_stake,
        cast(standings.tier as varchar) as tier,
        cast(coalesce(standings.churn_state, 'none') as varchar) as churn_state,
        cast(coalesce(standings.churn_class, 'none') as varchar) as churn_class,
        cast(coalesce(standings.sub_class, 'none') as varchar) as sub_class,
        cast(standings.clv as decimal(38, 4)) as clv,
        cast(standings.profit as decimal(38, 4)) as profit,
        cast(standings.revenue as decimal(38, 4)) as revenue,
        cast(standings.days_silent as bigint) as days_silent,
        cast(standings.expected_gap_days as bigint) as expected_gap_days,
        cast(
            concat(
                placed.reason_code,
                case when standings.open_cases > 0 then ' complaint_open' else '' end,
                case
                    when standings.due_on is not null
                        and placed.reason_code not like 'contract%'
                        then ' contract_due'
                    else ''
                end,
                case
                    when standings.open_deals > 0 and placed.reason_code <> 'deal_open'
                        then ' deal_open'
                    else ''
                end
            ) as varchar
        ) as reason_codes,
        cast(placed.status as varchar) as status,
        cast(placed.other_list as varchar) as other_list,
        cast(placed.suppressed_reason as varchar) as suppressed_reason,
        cast(placed.caller as varchar) as owner_id,
        cast(placed.channel as varchar) as channel,
        cast(terms.consent_basis as varchar) as consent_basis,
        cast(terms.consent_on as date) as consent_on,
        cast(coalesce(list_offers.offer, 'none') as varchar) as offer,
        cast(terms.due_by as date) as due_by,
        cast(terms.last_contact_on as date) as last_contact_on,
        cast(terms.cool_down_until as date) as cool_down_until,
        cast(standings.started_on as date) as started_on,
        cast(standings.due_on as date) as due_on,
        cast(standings.open_cases as bigint) as open_cases
    from placed
    inner join standings on placed.customer_id = standings.customer_id
    inner join terms
        on placed.list = terms.list
        and placed.customer_id = terms.customer_id
    left join list_offers on placed.customer_id = list_offers.customer_id
)
select * from final
