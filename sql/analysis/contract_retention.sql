-- A stretch of time and how much of the contracts in force before it is still there on
-- its last day: by customer, by contract (each with what renewed it), and by monthly
-- value, without growth (GRR) and with it (NRR). Customers who come back and new ones
-- stay out of all four. The kind window is the twelve months before D; the others are
-- the last 36 months, quarters and years; the one that is not over is in_progress.
-- grain: period_kind, period
-- needs: contracts
-- mart: yes
-- units: customers_start count, customers_kept count
-- units: logo_retention share, logo_low share, logo_high share
-- units: contracts_start count, contracts_kept count
-- units: contract_logo_retention share, contract_logo_low share
-- units: contract_logo_high share
-- units: value_start money, value_kept money, value_end money, grr share, nrr share
-- column: period_kind  window, month, quarter or year
-- column: period  its first day
-- column: customers_start  customers with a contract in force on the day before it
-- column: customers_kept  those of them with one in force on its last day
-- column: logo_retention  customers_kept divided by customers_start
-- column: logo_low  lower end of the 95 % Wilson interval
-- column: logo_high  upper end of the 95 % Wilson interval
-- column: contracts_start  contracts in force on the day before it
-- column: contracts_kept  those in force on its last day, or what renewed them
-- column: contract_logo_retention  contracts_kept divided by contracts_start
-- column: contract_logo_low  lower end of the 95 % Wilson interval
-- column: contract_logo_high  upper end of the 95 % Wilson interval
-- column: value_start  monthly value of the contracts in force on the day before it
-- column: value_kept  of each customer the smaller of the values then and now
-- column: value_end  value now of the customers who had one then
-- column: grr  value_kept divided by value_start
-- column: nrr  value_end divided by value_start
-- column: state  observed or in_progress
with
totals as (
    select * from analysis.contract_totals
),
chain_totals as (
    select * from analysis.contract_chain_totals
),
intervals as (
    select * from analysis.intervals
),
final as (
    select
        cast(totals.period_kind as varchar) as period_kind,
        cast(totals.period_on as date) as period,
        cast(totals.customers_start as bigint) as customers_start,
        cast(totals.customers_kept as bigint) as customers_kept,
        cast(by_customer.rate as double) as logo_retention,
        cast(by_customer.rate_low as double) as logo_low,
        cast(by_customer.rate_high as double) as logo_high,
        cast(chain_totals.contracts_start as bigint) as contracts_start,
        cast(chain_totals.contracts_kept as bigint) as contracts_kept,
        cast(by_contract.rate as double) as contract_logo_retention,
        cast(by_contract.rate_low as double) as contract_logo_low,
        cast(by_contract.rate_high as double) as contract_logo_high,
        cast(totals.value_start as decimal(38, 4)) as value_start,
        cast(totals.value_kept as decimal(38, 4)) as value_kept,
        cast(totals.value_of_them as decimal(38, 4)) as value_end,
        cast(totals.value_kept as double)
            / nullif(cast(totals.value_start as double), 0) as grr,
        cast(totals.value_of_them as double)
            / nullif(cast(totals.value_start as double), 0) as nrr,
        cast(totals.state as varchar) as state
    from totals
    inner join chain_totals
        on totals.period_kind = chain_totals.period_kind
        and totals.period_on = chain_totals.period_on
    left join intervals as by_customer
        on totals.customers_start = by_customer.trials
        and totals.customers_kept = by_customer.hits
    left join intervals as by_contract
        on chain_totals.contracts_start = by_contract.trials
        and chain_totals.contracts_kept = by_contract.hits
)
select * from final
