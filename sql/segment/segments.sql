-- One segment of a segmentation with the customers in it and what they brought in the
-- window. Within a segmentation the segments add up to all known customers, their
-- revenue and profit.
-- grain: segmentation, segment
-- needs: order_lines | contracts | ledger
-- mart: yes
-- units: customers count, revenue money, profit money
-- column: segmentation  by what the customers are divided
-- column: segment  the segment
-- column: customers  known customers in it
-- column: revenue  their net revenue in the window
-- column: profit  their profit in the window
with
segment_members as (
    select * from segment.segment_members
),
customer_results as (
    select * from core.customer_results where profit_window = 'current'
),
final as (
    select
        cast(segment_members.segmentation as varchar) as segmentation,
        cast(segment_members.segment as varchar) as segment,
        cast(count(*) as bigint) as customers,
        cast(coalesce(sum(customer_results.net_revenue), 0) as decimal(38, 4))
            as revenue,
        cast(coalesce(sum(customer_results.profit), 0) as decimal(38, 4)) as profit
    from segment_members
    left join customer_results
        on segment_members.customer_id = customer_results.customer_id
    group by segment_members.segmentation, segment_members.segment
)
select * from final
