-- One customer with any order line, return or running contract in a profit window, and
-- what they brought and cost in it. Every figure about a customer's profit, of this
-- year and of the year before, stands on this one definition: revenue less discounts,
-- returns and cost.
-- grain: profit_window, customer_id
-- needs: none
-- units: revenue money, discounts money, returns money, cogs money, net_revenue money
-- units: profit money
-- column: basis  margin when every line has a cost, partial when some have, else
--   revenue
with
line_results as (
    select * from core.line_results
),
other_results as (
    select * from core.other_results
),
entries as (
    select
        profit_window, customer_id,
        revenue, discounts, returns, cogs,
        counted_lines, costed_lines
    from line_results
    union all
    select
        profit_window, customer_id,
        revenue, 0 as discounts, returns, cogs,
        0 as counted_lines, 0 as costed_lines
    from other_results
),
summed as (
    select
        profit_window, customer_id,
        cast(sum(revenue) as decimal(38, 4)) as revenue,
        cast(sum(discounts) as decimal(38, 4)) as discounts,
        cast(sum(returns) as decimal(38, 4)) as returns,
        cast(sum(cogs) as decimal(38, 4)) as cogs,
        sum(counted_lines) as counted_lines,
        sum(costed_lines) as costed_lines
    from entries
    group by profit_window, customer_id
),
final as (
    select
        profit_window, customer_id,
        case
            when costed_lines = 0 and cogs = 0 then 'revenue'
            when costed_lines = counted_lines then 'margin'
            else 'partial'
        end as basis,
        revenue, discounts, returns, cogs,
        cast(revenue - discounts - returns as decimal(38, 4)) as net_revenue,
        cast(revenue - discounts - returns - cogs as decimal(38, 4)) as profit
    from summed
)
select * from final
