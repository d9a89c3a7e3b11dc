-- One known customer in one segmentation that is no cross of others: Pharos' own (kind,
-- region, country, age, income, rfm, lifecycle, tier), the analyst's own models, and
-- every declared attribute under its own name, of one name in this order. What nobody
-- knows of a customer is `unknown`; a segmentation that knows nothing of anybody is
-- left out.
-- grain: customer_id, segmentation
-- needs: none
-- column: from_segment  the segment at the end of the window before, `none` for who was
--   not known then; NULL where the sources keep no history of the segmentation
with
customer_traits as (select * from segment.customer_traits),
customer_attributes as (select * from core.customer_attributes),
own_segments as (select * from segment.own_segments),
built_in as (
    select segmentation from (
        values
            ('kind'), ('region'), ('country'), ('age'), ('income'), ('rfm'),
            ('lifecycle'), ('tier')
    ) as listed (segmentation)
),
own as (
    select segmentation, has_history
    from own_segments
    group by segmentation, has_history
),
attributes as (
    select customer_attributes.attribute
    from customer_attributes
    left join built_in
        on customer_attributes.attribute = built_in.segmentation
    left join own
        on customer_attributes.attribute = own.segmentation
    where built_in.segmentation is null and own.segmentation is null
    group by customer_attributes.attribute
),
members as (
    select
        customer_traits.customer_id, built_in.segmentation,
        case built_in.segmentation
            when 'kind' then customer_traits.kind
            when 'region' then customer_traits.region
            when 'country' then customer_traits.country
            when 'age' then customer_traits.age
            when 'income' then customer_traits.income
            when 'rfm' then customer_traits.rfm
            when 'lifecycle' then customer_traits.lifecycle
            else customer_traits.tier
        end as segment,
        case
            when built_in.segmentation = 'rfm'
                then coalesce(customer_traits.previous_rfm, 'none')
            when built_in.segmentation = 'lifecycle'
                then coalesce(customer_traits.previous_lifecycle, 'none')
            when built_in.segmentation = 'tier'
                then coalesce(customer_traits.previous_tier, 'none')
        end as from_segment
    from customer_traits
    cross join built_in
    union all
    select
        customer_traits.customer_id, own.segmentation,
        coalesce(own_segments.segment, 'unknown') as segment,
        case
            when not own.has_history then null
            when customer_traits.previous_tier is null then 'none'
            else coalesce(own_segments.previous_segment, 'unknown')
        end as from_segment
    from customer_traits
    cross join own
    left join own_segments
        on own.segmentation = own_segments.segmentation
        and customer_traits.customer_id = own_segments.customer_id
    union all
    select
        customer_traits.customer_id, attributes.attribute as segmentation,
        coalesce(customer_attributes.value, 'unknown') as segment,
        null as from_segment
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
        members.customer_id, members.segmentation,
        members.segment, members.from_segment
    from members
    inner join telling
        on members.segmentation = telling.segmentation
)
select * from final
