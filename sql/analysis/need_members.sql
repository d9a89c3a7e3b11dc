-- One customer of the mart needs in a group: by top category, price level, channel,
-- word of change or its direction; for their tier and for all tiers.
-- grain: segmentation, tier, customer_id
-- needs: none
with
needs as (
    select * from analysis.needs
),
profit_tiers as (
    select * from segment.profit_tiers
),
groups as (
    select customer_id, 'category' as segmentation, top_category as segment from needs
    union all
    select customer_id, 'price_level' as segmentation, price_level as segment from needs
    union all
    select customer_id, 'channel' as segmentation, main_channel as segment from needs
    union all
    select customer_id, 'change' as segmentation, change as segment from needs
    union all
    select customer_id, 'direction' as segmentation, direction as segment from needs
),
final as (
    select customer_id, segmentation, segment, 'all' as tier from groups
    union all
    select
        groups.customer_id, groups.segmentation, groups.segment,
        profit_tiers.tier
    from groups
    inner join profit_tiers
        on groups.customer_id = profit_tiers.customer_id
)
select * from final
