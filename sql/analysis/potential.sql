-- One customer who is not big today and of whom much is expected: among the first fifth
-- by clv (clv.is_rising), and no loss-maker, whom more purchases would cost more. Why
-- says what stands out, against the mean of all customers with a score.
-- grain: customer_id
-- needs: order_lines
-- mart: yes
-- units: rank count, clv money, clv_low money, clv_high money, p_alive share
-- units: expected_purchases count, expected_spend money, frequency count
-- units: days_since count, profit money
-- column: customer_id  the customer's id
-- column: rank  1 is the highest clv of them
-- column: clv  profit expected over the horizon, discounted
-- column: clv_low  lower bound of the estimate
-- column: clv_high  upper bound of the estimate
-- column: p_alive  chance that they will buy again; 1 for everybody by model nbd
-- column: expected_purchases  purchase days expected over the horizon
-- column: expected_spend  expected value of such a day
-- column: frequency  repeat purchase days so far
-- column: days_since  days from the last purchase to D
-- column: profit  profit in the window
-- column: tier  their tier today
-- column: why  often (they are expected to buy more often than the mean), much (a day
--   of theirs is worth more), often_and_much, or neither
with
clv as (
    select * from analysis.clv
),
profit_tiers as (
    select customer_id, tier, profit from segment.profit_tiers
),
means as (
    select
        cast(sum(cast(expected_purchases as decimal(38, 10))) as double)
            / nullif(count(*), 0) as purchases,
        cast(sum(cast(expected_spend as decimal(38, 4))) as double)
            / nullif(count(*), 0) as spend
    from clv
    where clv is not null
),
final as (
    select
        cast(clv.customer_id as varchar) as customer_id,
        cast(row_number() over (order by clv.clv desc, clv.customer_id) as bigint)
            as rank,
        cast(clv.clv as decimal(38, 4)) as clv,
        cast(clv.clv_low as decimal(38, 4)) as clv_low,
        cast(clv.clv_high as decimal(38, 4)) as clv_high,
        cast(clv.p_alive as double) as p_alive,
        cast(clv.expected_purchases as double) as expected_purchases,
        cast(clv.expected_spend as decimal(38, 4)) as expected_spend,
        cast(clv.frequency as bigint) as frequency,
        cast(clv.days_since as bigint) as days_since,
        cast(coalesce(profit_tiers.profit, 0) as decimal(38, 4)) as profit,
        cast(coalesce(profit_tiers.tier, 'unknown') as varchar) as tier,
        cast(
            case
                when clv.expected_purchases > means.purchases
                    and clv.expected_spend > means.spend then 'often_and_much'
                when clv.expected_purchases > means.purchases then 'often'
                when clv.expected_spend > means.spend then 'much'
                else 'neither'
            end as varchar
        ) as why
    from clv
    cross join means
    left join profit_tiers
        on clv.customer_id = profit_tiers.customer_id
    where clv.is_rising and coalesce(profit_tiers.tier, 'unknown') <> 'loss'
)
select * from final
