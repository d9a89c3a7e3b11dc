-- One row: what it is worth to keep more customers, from the company's own customers.
-- Those active in W a year before are at the start; who is active in W too was kept,
-- and brought a profit in W, the year after. A point of retention more keeps a
-- hundredth of those at the start, each for the average profit of a kept customer:
-- plus_1 = 0.01 * at_start * profit_per_kept, plus_5 = 0.05 * the same. The interval is
-- that of the average (95 %, normal), with the number at the start taken as given.
-- Winning a customer and keeping one are compared per customer: known cost of
-- acquisition, and cost to serve where profit stands on the ledger.
-- grain: none
-- needs: order_lines | contracts | ledger
-- mart: yes
-- units: at_start count, kept count, rate share, rate_low share, rate_high share
-- units: kept_profit money, profit_per_kept money, plus_1 money, plus_1_low money
-- units: plus_1_high money, plus_5 money, plus_5_low money, plus_5_high money
-- units: acquired count, acquired_with_cost count, acquisition_cost money
-- units: kept_on_ledger count, retention_cost money, acquisition_to_retention ratio
-- column: at_start  active in W a year before
-- column: kept  of them: active in W
-- column: rate  kept over at_start, with its Wilson interval
-- column: acquired  customers won in W
-- column: acquisition_cost  per customer of whom it is known
-- column: kept_on_ledger  kept customers whose profit stands on the ledger
-- column: retention_cost  cost to serve per kept customer, on the ledger only
with
retention_totals as (
    select * from publish.retention_totals
),
acquisition_totals as (
    select * from publish.acquisition_totals
),
kpi_shares as (
    select * from publish.kpi_shares where kpi = 'window_retention'
),
spreads as (
    select
        at_start, kept, kept_on_ledger,
        kept_profit, kept_cost_to_serve,
        cast(kept_profit as double) / nullif(cast(kept as double), 0) as profit,
        (
            cast(kept_squares as double) - cast(kept_profit as double)
            * cast(kept_profit as double) / nullif(cast(kept as double), 0)
        ) / nullif(cast(kept as double) * cast(kept - 1 as double), 0) as variance
    from retention_totals
),
averages as (
    select
        at_start, kept, kept_on_ledger, kept_profit, profit,
        1.959963984540054e0
            * sqrt(case when variance < 0 then 0e0 else variance end) as half_width,
        case
            when kept_on_ledger > 0
                then cast(kept_cost_to_serve as double)
                    / nullif(cast(kept as double), 0)
        end as retention_cost
    from spreads
),
costs as (
    select
        acquired, acquired_with_cost,
        cast(acquisition_cost as double)
            / nullif(cast(acquired_with_cost as double), 0) as acquisition_cost
    from acquisition_totals
),
final as (
    select
        cast(averages.at_start as bigint) as at_start,
        cast(averages.kept as bigint) as kept,
        cast(kpi_shares.rate as double) as rate,
        cast(kpi_shares.rate_low as double) as rate_low,
        cast(kpi_shares.rate_high as double) as rate_high,
        cast(averages.kept_profit as decimal(38, 4)) as kept_profit,
        cast(averages.profit as double) as profit_per_kept,
        0.01e0 * averages.at_start * averages.profit as plus_1,
        0.01e0 * averages.at_start * (averages.profit - averages.half_width)
            as plus_1_low,
        0.01e0 * averages.at_start * (averages.profit + averages.half_width)
            as plus_1_high,
        0.05e0 * averages.at_start * averages.profit as plus_5,
        0.05e0 * averages.at_start * (averages.profit - averages.half_width)
            as plus_5_low,
        0.05e0 * averages.at_start * (averages.profit + averages.half_width)
            as plus_5_high,
        cast(costs.acquired as bigint) as acquired,
        cast(costs.acquired_with_cost as bigint) as acquired_with_cost,
        cast(costs.acquisition_cost as double) as acquisition_cost,
        cast(averages.kept_on_ledger as bigint) as kept_on_ledger,
        cast(averages.retention_cost as double) as retention_cost,
        costs.acquisition_cost / nullif(averages.retention_cost, 0)
            as acquisition_to_retention
    from averages
    cross join costs
    cross join kpi_shares
)
select * from final
