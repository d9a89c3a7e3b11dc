-- A customer of whom something can be said about staying: net revenue and profit of the
-- twelve months that end with their last activity, or with the end of the contract of a
-- customer who has contracts only. Profit stands on the basis of W, the ledger where W
-- does, without a share of common cost. It may be negative.
-- grain: customer_id
-- needs: none
-- units: net_revenue money, profit money

with churn_states as (
    select * from analysis.churn_states
),
postings as (
    select * from analysis.churn_postings
),
contract_values as (
    select contract_values.customer_id, contract_values.revenue
    from analysis.contract_values as contract_values
    inner join core.window_sources as window_sources
        on window_sources.profit_window = 'current'
        and window_sources.sales_from = 'lines'
),
windows as (
    select
        customer_id,
        cast(valued_until_on - interval '12' month as date) as starts_on,
        valued_until_on as ends_on
    from churn_states
),
posted_values as (
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
            coalesce(posted_values.net_revenue, 0)
            + coalesce(contract_values.revenue, 0) as decimal(38, 4)
        ) as net_revenue,
        cast(
            coalesce(posted_values.profit, 0)
            + coalesce(contract_values.revenue, 0) as decimal(38, 4)
        ) as profit
    from windows
    left join posted_values
        on windows.customer_id = posted_values.customer_id
    left join contract_values
        on windows.customer_id = contract_values.customer_id
)
select * from final
