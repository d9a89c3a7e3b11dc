-- A customer who was active, had a contract or said that they leave, and whether they
-- stay. Known customers without any of these have no row. churned means gone by a
-- stated departure, a contract that ended without renewal, or a silence longer than the
-- limit; at_risk means longer than the smaller limit, or a due contract beside an open
-- complaint.
-- grain: customer_id
-- needs: order_lines | contracts | ledger | departures
-- mart: yes
-- units: expected_gap_days days, days_silent days, limit_days days
-- units: value_at_stake money, revenue_at_stake money, profit_at_stake money
-- column: customer_id  the customer
-- column: state  active, at_risk or churned
-- column: last_activity_on  last day of activity before D; NULL when there was none
-- column: expected_gap_days  days between purchases that are usual at the most
-- column: churned_on  day of the departure, of the contract's end, or of the limit
-- column: class  natural, competitive, fault or unclassified; NULL unless churned
-- column: sub_class  price, service, quality, image, … or none; NULL unless churned
-- column: rule  what decided the state
-- column: evidence  the figures and records behind it, as name=value; name=value
-- column: value_at_stake  profit of the 12 months up to the last activity, at least 0
-- column: countermeasure  what the class calls for; NULL unless churned
-- column: days_silent  days from the last activity to D (bought yesterday is 1)
-- column: limit_days  days of silence after which the customer counts as churned
-- column: revenue_at_stake  net revenue of the same 12 months
-- column: profit_at_stake  profit of the same 12 months, negative for a loss-maker
-- column: competitor  whom the customer named when they left; NULL where nobody

with churn_states as (
    select * from analysis.churn_states
),
churn_causes as (
    select * from analysis.churn_causes
),
churn_values as (
    select * from analysis.churn_values
),
churn_evidence as (
    select * from analysis.churn_evidence
),
countermeasures as (
    select * from run.countermeasures
),
final as (
    select
        cast(churn_states.customer_id as varchar) as customer_id,
        cast(churn_states.state as varchar) as state,
        cast(churn_states.last_active_on as date) as last_activity_on,
        cast(churn_states.gap_days as bigint) as expected_gap_days,
        cast(churn_states.churned_on as date) as churned_on,
        cast(churn_causes.class as varchar) as class,
        cast(churn_causes.sub_class as varchar) as sub_class,
        cast(churn_states.rule as varchar) as rule,
        cast(
            churn_evidence.evidence || coalesce(churn_causes.cause_evidence, '')
            as varchar
        ) as evidence,
        cast(
            case when churn_values.profit > 0 then churn_values.profit else 0 end
            as decimal(38, 4)
        ) as value_at_stake,
        cast(
            coalesce(by_sub_class.countermeasure, by_class.countermeasure) as varchar
        ) as countermeasure,
        cast(churn_states.days_silent as bigint) as days_silent,
        cast(churn_states.limit_days as bigint) as limit_days,
        cast(churn_values.net_revenue as decimal(38, 4)) as revenue_at_stake,
        cast(churn_values.profit as decimal(38, 4)) as profit_at_stake,
        cast(churn_causes.competitor as varchar) as competitor
    from churn_states
    inner join churn_evidence
        on churn_states.customer_id = churn_evidence.customer_id
    inner join churn_values
        on churn_states.customer_id = churn_values.customer_id
    left join churn_causes
        on churn_states.customer_id = churn_causes.customer_id
    left join countermeasures as by_sub_class
        on churn_causes.class = by_sub_class.class
        and churn_causes.sub_class = by_sub_class.sub_class
    left join countermeasures as by_class
        on churn_causes.class = by_class.class
        and by_class.sub_class is null
)
select * from final
