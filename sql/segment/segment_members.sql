-- One known customer in one segmentation: Pharos' own (kind, region, country, age,
-- income, rfm, lifecycle, tier) and every declared attribute under its own name. What
-- nobody knows of a customer is `unknown`; a segmentation that knows nothing of anybody
-- is left out.
-- grain: customer_id, segmentation
-- needs: order_lines | contracts
-- mart: yes
-- column: customer_id  the customer's id
-- column: segmentation  by what the customers are divided
-- column: segment  where the customer belongs
with
customer_traits as (
    select * from segment.customer_traits
),
customer_attributes as (
    select * from core.customer_attributes
),
own_segmentations as (
    select segmentation from (
        values
            ('kind'), ('region'), ('country'), ('age'), ('income'), ('rfm'),
            ('lifecycle'), ('tier')
    ) as listed (segmentation)
),
own_members as (
    select
        customer_traits.customer_id, own_segmentations.segmentation,
        case own_segmentations.segmentation
            when 'kind' then customer_traits.kind
            when 'region' then customer_traits.region
            when 'country' then customer_traits.country
            when 'age' then customer_traits.age
            when 'income' then customer_traits.income
            when 'rfm' then customer_traits.rfm
            when 'lifecycle' then customer_traits.lifecycle
            else customer_traits.tier
        end as segment
    from customer_traits
    cross join own_segmentations
),
attributes as (
    select customer_attributes.attribute
    from customer_attributes
    left join own_segmentations
        on customer_attributes.attribute = own_segmentations.segmentation
    where own_segmentations.segmentation is null
    group by customer_attributes.attribute
),
members as (
    select customer_id, segmentation, segment from own_members
    union all
    select
        customer_traits.customer_id, attributes.attribute as segmentation,
        coalesce(customer_attributes.value, 'unknown') as segment
    from customer_traits
    cross join attributes
    left join customer_attributes
        on customer_traits.customer_id = customer_attributes.customer_id
        and attributes.attribute = customer_attributes.attribute
),
telling as (
    select segmentation
    from members
    where segment not in ('unknown', 'no_activity')
    group by segmentation
),
final as (
    select
        cast(members.customer_id as varchar) as customer_id,
        cast(members.segmentation as varchar) as segmentation,
        cast(members.segment as varchar) as segment
    from members
    inner join telling
        on members.segmentation = telling.segmentation
)
select * from final
