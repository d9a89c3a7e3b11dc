-- One group of customers in a profit window, as the sums say that need no order: who is
-- in it, what they brought, and their tiers.
-- grain: profit_window, segmentation, segment
-- needs: order_lines | contracts | ledger
-- units: known_customers count, customers count, not_negative count, revenue money
-- units: positive_revenue money, profit money, whale_peak money, high_profit money
-- units: loss_sum money, high_customers count, medium_customers count
-- units: zero_customers count, loss_customers count
-- column: ranking_id  a number for the group
-- column: known_customers  customers of the group, with a result or without
-- column: customers  those with a result in the window: n
-- column: not_negative  those of them whose net revenue is not below zero
-- column: whale_peak  sum of the positive profits
with
ranking_members as (
    select * from segment.ranking_members
),
final as (
    select
        row_number() over (order by profit_window, segmentation, segment)
            as ranking_id,
        profit_window, segmentation, segment,
        cast(sum(revenue) as decimal(38, 4)) as revenue,
        cast(sum(case when revenue > 0 then revenue else 0 end) as decimal(38, 4))
            as positive_revenue,
        cast(sum(profit) as decimal(38, 4)) as profit,
        cast(sum(case when profit > 0 then profit else 0 end) as decimal(38, 4))
            as whale_peak,
        cast(sum(case when tier = 'high' then profit else 0 end) as decimal(38, 4))
            as high_profit,
        cast(sum(case when tier = 'loss' then profit else 0 end) as decimal(38, 4))
            as loss_sum,
        count(*) as known_customers,
        count(case when has_result then 1 end) as customers,
        count(case when has_result and revenue >= 0 then 1 end) as not_negative,
        count(case when tier = 'high' then 1 end) as high_customers,
        count(case when tier = 'medium' then 1 end) as medium_customers,
        count(case when tier = 'zero' then 1 end) as zero_customers,
        count(case when tier = 'loss' then 1 end) as loss_customers
    from ranking_members
    group by profit_window, segmentation, segment
)
select * from final
