-- A customer in a group by which satisfaction is shown: all, tier, state and class of
-- churn, and every segmentation. Of a stranger the tier is unknown.
-- grain: customer_id, segmentation
-- needs: none
-- column: segmentation  all, tier, churn_state, churn_class, or a segmentation
with
customers as (
    select * from core.customers
),
strangers as (
    select * from analysis.strangers
),
profit_tiers as (
    select * from segment.profit_tiers
),
churn as (
    select * from analysis.churn
),
segment_members as (
    select * from segment.segment_members where segmentation <> 'tier'
),
judged as (
    select
        customers.customer_id,
        case
            when strangers.customer_id is not null then 'unknown'
            else coalesce(profit_tiers.tier, 'unknown')
        end as tier,
        coalesce(churn.state, 'none') as state,
        churn.class
    from customers
    left join strangers
        on customers.customer_id = strangers.customer_id
    left join profit_tiers
        on customers.customer_id = profit_tiers.customer_id
    left join churn
        on customers.customer_id = churn.customer_id
),
final as (
    select customer_id, 'all' as segmentation, 'all' as segment from judged
    union all
    select customer_id, 'tier', tier from judged
    union all
    select customer_id, 'churn_state', state from judged
    union all
    select customer_id, 'churn_class', class from judged where class is not null
    union all
    select customer_id, segmentation, segment from segment_members
)
select * from final
