-- A segment and what stayed of the contracts of its customers over the twelve months
-- before D: by customer, by monthly value without growth (GRR) and with it (NRR), and
-- by renewal. Where the sources keep a history of the segmentation, such as the tier,
-- it is the segment a year ago. A segment without contracts has no row.
-- grain: segmentation, segment
-- needs: contracts
-- mart: yes
-- units: customers_start count, customers_kept count, due count, renewed count
-- units: pending count, value_start money, value_kept money, value_end money
-- units: logo_retention share, logo_low share, logo_high share, grr share, nrr share
-- units: renewal_rate share, renewal_low share, renewal_high share
-- column: segmentation  by what customers are divided
-- column: segment  one part
-- column: customers_start  customers with a contract in force a year ago
-- column: customers_kept  those of them with one in force now
-- column: logo_retention  customers_kept divided by customers_start
-- column: logo_low  lower end of the 95 % Wilson interval
-- column: logo_high  upper end of the 95 % Wilson interval
-- column: value_start  monthly value a year ago
-- column: value_kept  of each customer the smaller of the values then and now
-- column: value_end  value now of the customers who had one then
-- column: grr  value_kept divided by value_start
-- column: nrr  value_end divided by value_start
-- column: due  contracts whose term ended in the twelve months
-- column: renewed  those of them that are renewed
-- column: pending  those not renewed whose grace is not over
-- column: renewal_rate  renewed divided by due less pending
-- column: renewal_low  lower end of the 95 % Wilson interval
-- column: renewal_high  upper end of the 95 % Wilson interval
with
contract_segments as (
    select * from analysis.contract_segments
),
intervals as (
    select * from analysis.intervals
),
final as (
    select
        cast(parts.segmentation as varchar) as segmentation,
        cast(parts.segment as varchar) as segment,
        cast(parts.customers_start as bigint) as customers_start,
        cast(parts.customers_kept as bigint) as customers_kept,
        cast(logo.rate as double) as logo_retention,
        cast(logo.rate_low as double) as logo_low,
        cast(logo.rate_high as double) as logo_high,
        cast(parts.value_start as decimal(38, 4)) as value_start,
        cast(parts.value_kept as decimal(38, 4)) as value_kept,
        cast(parts.value_end as decimal(38, 4)) as value_end,
        cast(parts.value_kept as double) / nullif(cast(parts.value_start as double), 0)
            as grr,
        cast(parts.value_end as double) / nullif(cast(parts.value_start as double), 0)
            as nrr,
        cast(parts.due as bigint) as due,
        cast(parts.renewed as bigint) as renewed,
        cast(parts.pending as bigint) as pending,
        cast(renewal.rate as double) as renewal_rate,
        cast(renewal.rate_low as double) as renewal_low,
        cast(renewal.rate_high as double) as renewal_high
    from contract_segments as parts
    left join intervals as logo
        on parts.customers_start = logo.trials
        and parts.customers_kept = logo.hits
    left join intervals as renewal
        on parts.due - parts.pending = renewal.trials
        and parts.renewed = renewal.hits
)
select * from final
