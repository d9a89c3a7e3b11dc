-- An opportunity in a group: all, its cohort, owner, source and product, and the kind,
-- region and industry of its customer.
-- grain: segmentation, opportunity_id
-- needs: none
with
states as (
    select * from analysis.opportunity_states
),
customers as (
    select * from core.customers
),
named as (
    select
        states.opportunity_id,
        coalesce(customers.kind, 'unknown') as kind,
        coalesce(customers.region, 'unknown') as region,
        coalesce(customers.industry, 'unknown') as industry
    from states
    left join customers
        on states.customer_id = customers.customer_id
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
