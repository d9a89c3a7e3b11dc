-- One rank of the whale curve: customers by profit, descending, and the running sum.
-- Thinned to rank 1, every ceil(n/1000)-th, the peak and the last.
-- grain: rank
-- needs: order_lines | contracts | ledger
-- mart: yes
-- units: rank count, customers_share share, cumulative_profit money
-- units: cumulative_profit_share share
-- column: rank  1 is the highest profit
-- column: customers_share  rank over the number of customers
-- column: cumulative_profit  the profit of everybody up to this rank
-- column: cumulative_profit_share  of the total; of the peak when the total is not
--   positive
with
pareto as (
    select * from segment.pareto
),
totals as (
    select
        count(*) as customers,
        count(case when profit > 0 then 1 end) as peak_rank,
        sum(profit) as total,
        sum(case when profit > 0 then profit else 0 end) as peak
    from pareto
),
final as (
    select
        cast(pareto.profit_rank as bigint) as rank,
        cast(pareto.profit_rank as double)
            / nullif(cast(totals.customers as double), 0) as customers_share,
        cast(pareto.cumulative_profit as decimal(38, 4)) as cumulative_profit,
        cast(pareto.cumulative_profit as double)
            / nullif(
                cast(
                    case when totals.total > 0 then totals.total else totals.peak end
                    as double
                ), 0
            ) as cumulative_profit_share
    from pareto
    cross join totals
    where pareto.profit_rank in (1, totals.peak_rank, totals.customers)
        -- every k-th with k = ceil(n / 1000), in whole numbers
        or mod(
            pareto.profit_rank * 1000,
            totals.customers + 999 - mod(totals.customers + 999, 1000)
        ) = 0
)
select * from final
