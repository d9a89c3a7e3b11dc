-- An opportunity in a group: all, its cohort, owner, source and product; the kind,
-- region, industry and today's tier of its customer; and the analyst's own
-- segmentations of customers, unless they bear one of these names. A group in which
-- nobody is known is left out, as is the tier where nobody has a result.
-- grain: segmentation, opportunity_id
-- needs: none
with
states as (
    select * from analysis.opportunity_states
),
customers as (
    select * from core.customers
),
window_tiers as (
    select * from segment.window_tiers where profit_window = 'current'
),
own_segments as (
    select segmentation, customer_id, segment
    from segment.own_segments
    where segmentation not in (
        'all', 'cohort', 'owner', 'source', 'product', 'kind', 'region', 'industry',
        'tier'
    )
),
tiers as (
    select
        customer_id, tier,
        max(case when has_result then 1 else 0 end) over () as results
    from window_tiers
),
named as (
    select
        states.opportunity_id,
        coalesce(customers.kind, 'unknown') as kind,
        coalesce(customers.region, 'unknown') as region,
        coalesce(customers.industry, 'unknown') as industry,
        case when tiers.results = 1 then tiers.tier else 'unknown' end as tier
    from states
    left join customers
        on states.customer_id = customers.customer_id
    left join tiers
        on states.customer_id = tiers.customer_id
),
own_names as (
    select segmentation
    from own_segments
    group by segmentation
),
owned as (
    select
        states.opportunity_id, own_names.segmentation,
        coalesce(own_segments.segment, 'unknown') as segment
    from states
    cross join own_names
    left join own_segments
        on states.customer_id = own_segments.customer_id
        and own_names.segmentation = own_segments.segmentation
),
groups as (
    select opportunity_id, 'all' as segmentation, 'all' as segment from states
    union all
    select opportunity_id, 'cohort', cohort from states
    union all
    select opportunity_id, 'owner', owner_id from states
    union all
    select opportunity_id, 'source', source from states
    union all
    select opportunity_id, 'product', product_id from states
    union all
    select opportunity_id, 'kind', kind from named
    union all
    select opportunity_id, 'region', region from named
    union all
    select opportunity_id, 'industry', industry from named
    union all
    select opportunity_id, 'tier', tier from named
    union all
    select opportunity_id, segmentation, segment from owned
),
spoken as (
    select segmentation
    from groups
    where segmentation in ('all', 'cohort') or segment not in ('unknown', 'unassigned')
    group by segmentation
),
final as (
    select groups.opportunity_id, groups.segmentation, groups.segment
    from groups
    inner join spoken
        on groups.segmentation = spoken.segmentation
)
select * from final
