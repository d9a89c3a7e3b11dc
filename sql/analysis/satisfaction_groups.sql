-- A customer in a group by which satisfaction is shown: all, tier, state and class of
-- churn, and every segmentation. Of a stranger the tier is unknown.
-- grain: customer_id, segmentation
-- needs: surveys
-- column: segmentation  all, tier, churn_state, churn_class, or a segmentation
with
tiers as (
    select * from analysis.satisfaction_tiers
),
churn as (
    select * from analysis.churn
),
segment_members as (
    select * from segment.segment_members where segmentation <> 'tier'
),
judged as (
    select
        tiers.customer_id,
        tiers.tier,
        coalesce(churn.state, 'none') as state,
        churn.class
    from tiers
    left join churn
        on tiers.customer_id = churn.customer_id
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
