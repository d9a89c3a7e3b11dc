-- One known customer in one group that mart retention_by counts: the company as a whole
-- (segmentation `all`), and the segments of each segmentation that pharos.yaml asks
-- for, as they are on D. Of a segmentation the twelve segments with the most customers
-- stand for themselves, ties by name; the others are `(other)` together.
-- grain: customer_id, segmentation
-- needs: order_lines
-- column: segment  the segment, or `(other)`
-- column: is_other  whether the segment is too small to stand for itself
with
customers as (
    select * from core.customers
),
segment_members as (
    select * from segment.segment_members
),
retention_segments as (
    select * from run.retention_segments
),
known as (
    select
        segment_members.customer_id, segment_members.segmentation,
        segment_members.segment
    from segment_members
    inner join retention_segments
        on segment_members.segmentation = retention_segments.segmentation
),
told as (
    select segmentation
    from known
    group by segmentation
),
columns_only as (
    select retention_segments.segmentation
    from retention_segments
    left join told
        on retention_segments.segmentation = told.segmentation
    where told.segmentation is null
        and retention_segments.segmentation
            in ('channel', 'city', 'industry', 'gender', 'owner_id')
),
members as (
    select customer_id, segmentation, segment
    from known
    union all
    select
        customers.customer_id, columns_only.segmentation,
        case columns_only.segmentation
            when 'channel' then customers.channel
            when 'city' then customers.city
            when 'industry' then customers.industry
            when 'gender' then customers.gender
            else customers.owner_id
        end as segment
    from customers
    cross join columns_only
),
sizes as (
    select segmentation, segment, count(*) as customers
    from members
    group by segmentation, segment
),
placed as (
    select
        segmentation, segment,
        row_number() over (
            partition by segmentation
            order by customers desc, segment
        ) as place
    from sizes
),
final as (
    select customer_id, 'all' as segmentation, 'all' as segment, false as is_other
    from customers
    union all
    select
        members.customer_id, members.segmentation,
        case when placed.place <= 12 then members.segment else '(other)' end as segment,
        placed.place > 12 as is_other
    from members
    inner join placed
        on members.segmentation = placed.segmentation
        and members.segment = placed.segment
)
select * from final
