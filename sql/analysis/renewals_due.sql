-- A contract whose term ends within the configured days, or ended and waits for its
-- renewal while the grace runs: whom to see, what it is worth, and whether complaints
-- are open. Those that are renewed already are left out.
-- grain: customer_id, contract_id
-- needs: contracts
-- mart: yes
-- units: days_left days, monthly_value money, value_at_stake money, open_cases count
-- column: contract_id  number of the contract
-- column: customer_id  the customer's id
-- column: due_on  end of its term
-- column: days_left  days from D to that end; negative when it is over
-- column: state  running or pending
-- column: monthly_value  its value a month
-- column: value_at_stake  its value in twelve months, rounded to cents
-- column: owner_id  who looks after the contract, or else after the customer
-- column: open_cases  cases and complaints of the customer that are open on D
-- column: oldest_case_on  since when the oldest of them is open
with
renewals as (
    select * from analysis.renewal_states
),
customers as (
    select * from core.customers
),
open_cases as (
    select * from analysis.open_cases
),
params as (
    select * from run.params
),
final as (
    select
        cast(renewals.customer_id as varchar) as customer_id,
        cast(renewals.contract_id as varchar) as contract_id,
        cast(renewals.due_on as date) as due_on,
        cast(date_diff('day', params.as_of, renewals.due_on) as bigint) as days_left,
        cast(renewals.state as varchar) as state,
        cast(renewals.value_due as decimal(38, 4)) as monthly_value,
        cast(cast(renewals.value_due * 12 as decimal(38, 2)) as decimal(38, 4))
            as value_at_stake,
        cast(coalesce(renewals.owner_id, customers.owner_id) as varchar) as owner_id,
        cast(coalesce(open_cases.open_cases, 0) as bigint) as open_cases,
        cast(open_cases.oldest_opened_on as date) as oldest_case_on
    from renewals
    cross join params
    left join customers
        on renewals.customer_id = customers.customer_id
    left join open_cases
        on renewals.customer_id = open_cases.customer_id
    where renewals.renewals = 0
        and (
            renewals.state = 'pending'
            or (
                renewals.state = 'running'
                and date_diff('day', params.as_of, renewals.due_on) <= params.due_days
            )
        )
)
select * from final
