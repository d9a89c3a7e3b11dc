-- A churn rate by its definition: the same leavings over different customers give
-- different rates, so each is named. Joined are customers flagged so by churn.flag, or,
-- where nobody is flagged, those first seen in W, unless W is all of history.
-- grain: definition
-- needs: order_lines | contracts | ledger | departures
-- mart: yes
-- units: churned count, customers count, rate share, rate_low share, rate_high share
-- column: definition  of_all: churned over all of whom mart churn speaks; of_settled:
--   churned over churned and stayed, without who only joined; of_active_at_start:
--   churned in W over the active on its first day, which is the kpi churn_rate
-- column: churned  customers that the definition counts as churned
-- column: customers  customers that it compares them with
-- column: rate  churned over customers
-- column: rate_low  lower end of the 95 % Wilson interval
-- column: rate_high  upper end of the 95 % Wilson interval

with churn_votes as (
    select * from analysis.churn_votes
),
flagged_customers as (select * from analysis.flagged_customers),
customers as (select * from core.customers),
churn_totals as (select * from publish.churn_totals),
params as (select * from run.params),
flags as (
    select count(case when flag = 'joined' then 1 end) as joined
    from flagged_customers
),
judged as (
    select
        churn_votes.state = 'churned' as is_churned,
        case
            when flags.joined > 0
                then coalesce(flagged_customers.flag = 'joined', false)
            else customers.first_seen_on >= params.window_start
                and params.window_start > date '1900-01-01'
        end as is_joined
    from churn_votes
    cross join flags
    cross join params
    inner join customers
        on churn_votes.customer_id = customers.customer_id
    left join flagged_customers
        on churn_votes.customer_id = flagged_customers.customer_id
),
counted as (
    select
        'of_all' as definition,
        count(case when is_churned then 1 end) as churned,
        count(*) as customers
    from judged
    union all
    select
        'of_settled',
        count(case when is_churned then 1 end),
        count(case when is_churned or not coalesce(is_joined, false) then 1 end)
    from judged
    union all
    select 'of_active_at_start', lost_of_them, at_start
    from churn_totals
),
shares as (
    select
        definition, churned, customers,
        cast(customers as double) as n,
        cast(churned as double) / nullif(cast(customers as double), 0) as rate,
        1.959963984540054e0 as z
    from counted
),
bounds as (
    select
        definition, churned, customers, rate,
        (rate + z * z / nullif(2 * n, 0)) / nullif(1 + z * z / nullif(n, 0), 0)
            as middle,
        z * sqrt(rate * (1 - rate) / nullif(n, 0) + z * z / nullif(4 * n * n, 0))
            / nullif(1 + z * z / nullif(n, 0), 0) as half_width
    from shares
),
final as (
    select
        cast(definition as varchar) as definition,
        cast(churned as bigint) as churned,
        cast(customers as bigint) as customers,
        rate,
        case
            when customers > 0 and churned = 0 then 0e0
            else middle - half_width
        end as rate_low,
        case
            when customers > 0 and churned = customers then 1e0
            else middle + half_width
        end as rate_high
    from bounds
)
select * from final
