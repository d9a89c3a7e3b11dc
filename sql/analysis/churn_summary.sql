-- A cause of churn (class and sub-class) and the customers who left for it in the
-- window W: how many, and the net revenue and profit of the twelve months up to their
-- last activity. unclassified is always listed, other causes when they occur.
-- grain: class, sub_class
-- needs: order_lines | contracts | ledger | departures
-- mart: yes
-- units: customers count, revenue_lost money, profit_lost money, share share
-- column: class  natural, competitive, fault or unclassified
-- column: sub_class  price, service, quality, image, … or none
-- column: customers  customers with churned_on in W
-- column: revenue_lost  their net revenue in the 12 months up to the last activity
-- column: profit_lost  their profit in the same 12 months; loss-makers count negative
-- column: share  share of all customers who churned in W

with churn as (
    select * from analysis.churn
),
params as (
    select * from run.params
),
churned as (
    select churn.class, churn.sub_class, churn.revenue_at_stake, churn.profit_at_stake
    from churn
    cross join params
    where churn.churned_on >= params.window_start
),
causes as (
    select
        class, sub_class,
        count(*) as customers,
        sum(revenue_at_stake) as revenue_lost,
        sum(profit_at_stake) as profit_lost
    from churned
    group by class, sub_class
    union all
    select
        'unclassified' as class, 'none' as sub_class,
        0 as customers, 0 as revenue_lost, 0 as profit_lost
    from params
),
totals as (
    select
        class, sub_class,
        sum(customers) as customers,
        sum(revenue_lost) as revenue_lost,
        sum(profit_lost) as profit_lost
    from causes
    group by class, sub_class
),
final as (
    select
        cast(class as varchar) as class,
        cast(sub_class as varchar) as sub_class,
        cast(customers as bigint) as customers,
        cast(revenue_lost as decimal(38, 4)) as revenue_lost,
        cast(profit_lost as decimal(38, 4)) as profit_lost,
        cast(customers as double)
            / nullif(cast(sum(customers) over () as double), 0) as share
    from totals
)
select * from final
