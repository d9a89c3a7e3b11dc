-- A customer of whom something can be said about staying: net revenue and profit of the
-- twelve months that end with their last activity, or with the end of the contract of a
-- customer who has contracts only. The profit may be negative.
-- grain: customer_id
-- needs: none
-- units: net_revenue money, profit money

with churn_states as (
    select * from analysis.churn_states
),
order_days as (
    select * from core.order_days
),
returns as (
    select * from core.returns
),
contract_values as (
    select * from analysis.contract_values
),
windows as (
    select
        customer_id,
        cast(valued_until_on - interval '12' month as date) as starts_on,
        valued_until_on as ends_on
    from churn_states
),
postings as (
    select
        customer_id,
        ordered_on as posted_on,
        net_revenue,
        net_revenue - cogs as profit
    from order_days
    union all
    select
        customer_id,
        returned_on,
        -returns,
        returned_cost - returns
    from returns
),
line_values as (
    select
        windows.customer_id,
        sum(postings.net_revenue) as net_revenue,
        sum(postings.profit) as profit
    from windows
    inner join postings
        on windows.customer_id = postings.customer_id
        and windows.starts_on <= postings.posted_on
        and windows.ends_on > postings.posted_on
    group by windows.customer_id
),
final as (
    select
        windows.customer_id,
        cast(
            coalesce(line_values.net_revenue, contract_values.revenue, 0)
            as decimal(38, 4)
        ) as net_revenue,
        cast(
            coalesce(line_values.profit, contract_values.revenue, 0) as decimal(38, 4)
        ) as profit
    from windows
    left join line_values
        on windows.customer_id = line_values.customer_id
    left join contract_values
        on windows.customer_id = contract_values.customer_id
)
select * from final
