-- One way between two segments of a segmentation from run to run, with the customers
-- who went it; who stayed where they were is left out.
with
before_members as (
    select * from before.segment_members
),
after_members as (
    select * from after.segment_members
),
before_tiers as (
    select * from before.profit_tiers
),
after_tiers as (
    select * from after.profit_tiers
),
moved as (
    select
        coalesce(after_members.customer_id, before_members.customer_id) as customer_id,
        coalesce(after_members.segmentation, before_members.segmentation)
            as segmentation,
        coalesce(before_members.segment, 'new') as from_segment,
        coalesce(after_members.segment, 'lost') as to_segment
    from before_members
    full join after_members
        on before_members.customer_id = after_members.customer_id
        and before_members.segmentation = after_members.segmentation
),
final as (
    select
        moved.segmentation, moved.from_segment, moved.to_segment,
        cast(count(*) as bigint) as customers,
        cast(
            sum(coalesce(after_tiers.profit, 0) - coalesce(before_tiers.profit, 0))
            as decimal(38, 4)
        ) as profit_change
    from moved
    left join before_tiers
        on moved.customer_id = before_tiers.customer_id
    left join after_tiers
        on moved.customer_id = after_tiers.customer_id
    where moved.from_segment <> moved.to_segment
    group by moved.segmentation, moved.from_segment, moved.to_segment
)
select * from final
