-- A customer who carries part of the default light: tier high, at risk or gone in the
-- window W, by profit in W. When nobody is, the customers of tier high by their profit.
-- grain: rank
-- needs: order_lines | contracts | ledger
-- mart: yes
-- units: rank rank, amount money, share share
-- column: rank  1 for the customer with the largest amount
-- column: customer_id  the customer
-- column: amount  profit in the window W
-- column: share  share of the amount of all drivers
-- column: reason  at_risk, churned or top_profit

with top_tier_risks as (
    select * from publish.top_tier_risks
),
profit_tiers as (
    select * from segment.profit_tiers
),
risk_count as (
    select count(*) as risks
    from top_tier_risks
),
carriers as (
    select customer_id, profit, state as reason
    from top_tier_risks
    union all
    select profit_tiers.customer_id, profit_tiers.profit, 'top_profit' as reason
    from profit_tiers
    cross join risk_count
    where profit_tiers.tier = 'high' and risk_count.risks = 0
),
final as (
    select
        cast(
            row_number() over (order by profit desc, customer_id) as bigint
        ) as rank,
        cast(customer_id as varchar) as customer_id,
        cast(profit as decimal(38, 4)) as amount,
        cast(profit as double)
            / nullif(cast(sum(profit) over () as double), 0) as share,
        cast(reason as varchar) as reason
    from carriers
)
select * from final
