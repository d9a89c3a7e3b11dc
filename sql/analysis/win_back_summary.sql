-- A class of causes and the rule by which customers had left, in all of history: how
-- often they left, how often they came back, how many are still here, and what the
-- returned have brought since. A leaving that nothing has ended yet is that of mart
-- churn (by silence: when the days of grace are over too), so the share returned of
-- recent leavings still grows.
-- grain: class, rule
-- needs: order_lines | contracts | ledger | departures
-- mart: yes
-- units: leavings count, returns count, rate share, rate_low share, rate_high share
-- units: still_here count, net_revenue money, profit money
-- column: class  natural, competitive, fault or unclassified
-- column: rule  stated_departure, contract_end, flag or silence
-- column: leavings  times that a customer left; who left twice counts twice
-- column: returns  leavings that a return ended
-- column: rate  returns over leavings
-- column: rate_low  lower end of the 95 % Wilson interval
-- column: rate_high  upper end of the 95 % Wilson interval
-- column: still_here  returns after which the customer has not left again
-- column: net_revenue  what the returned have brought since
-- column: profit  of it, less the cost of goods

with win_backs as (
    select * from analysis.win_backs
),
churn as (
    select * from analysis.churn
),
params as (
    select * from run.params
),
leavings as (
    select
        class, rule, 1 as returned,
        case when left_again_on is null then 1 else 0 end as still_here,
        net_revenue, profit
    from win_backs
    union all
    select
        churn.class,
        case
            when churn.rule in ('stated_departure', 'contract_end', 'flag')
                then churn.rule
            else 'silence'
        end,
        0, 0, 0, 0
    from churn
    cross join params
    where churn.state = 'churned'
        and (
            churn.rule in ('stated_departure', 'contract_end', 'flag')
            or churn.days_silent >= churn.limit_days + params.grace_days
        )
),
counted as (
    select
        class, rule,
        count(*) as leavings,
        sum(returned) as returns,
        sum(still_here) as still_here,
        sum(net_revenue) as net_revenue,
        sum(profit) as profit
    from leavings
    group by class, rule
),
shares as (
    select
        class, rule, leavings, returns, still_here, net_revenue, profit,
        cast(leavings as double) as n,
        cast(returns as double) / nullif(cast(leavings as double), 0) as rate,
        1.959963984540054e0 as z
    from counted
),
bounds as (
    select
        class, rule, leavings, returns, still_here, net_revenue, profit, rate,
        (rate + z * z / nullif(2 * n, 0)) / nullif(1 + z * z / nullif(n, 0), 0)
            as middle,
        z * sqrt(rate * (1 - rate) / nullif(n, 0) + z * z / nullif(4 * n * n, 0))
            / nullif(1 + z * z / nullif(n, 0), 0) as half_width
    from shares
),
final as (
    select
        cast(class as varchar) as class,
        cast(rule as varchar) as rule,
        cast(leavings as bigint) as leavings,
        cast(returns as bigint) as returns,
        rate,
        case when returns = 0 then 0e0 else middle - half_width end as rate_low,
        case when returns = leavings then 1e0 else middle + half_width end as rate_high,
        cast(still_here as bigint) as still_here,
        cast(net_revenue as decimal(38, 4)) as net_revenue,
        cast(profit as decimal(38, 4)) as profit
    from bounds
)
select * from final
