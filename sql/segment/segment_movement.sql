-- One way between two segments of a segmentation, from the end of the window twelve
-- months before to the end of the window W, with the customers who went it or stayed.
-- Who was not known then comes from `none`. Only segmentations that the sources keep
-- the history of: tier, rfm, lifecycle, the analyst's own models with a
-- previous_segment, and crosses of these. Kind, region, age, income and attributes are
-- known as they are now: their movement is what two runs differ in (`pharos diff`).
-- grain: segmentation, from_segment, to_segment
-- needs: order_lines | contracts | ledger
-- mart: yes
-- units: customers count, profit_change money
-- column: segmentation  by what the customers are divided
-- column: from_segment  where they belonged then, none when they were not known
-- column: to_segment  where they belong now, as in segment_members
-- column: customers  known customers who went this way
-- column: profit_change  their profit in W less their profit in the window before
with
single_members as (
    select * from segment.single_members where from_segment is not null
),
crossed_members as (
    select * from segment.crossed_members where from_segment is not null
),
tier_moves as (
    select * from segment.tier_moves
),
members as (
    select customer_id, segmentation, segment, from_segment
    from single_members
    union all
    select customer_id, segmentation, segment, from_segment
    from crossed_members
),
final as (
    select
        cast(members.segmentation as varchar) as segmentation,
        cast(members.from_segment as varchar) as from_segment,
        cast(members.segment as varchar) as to_segment,
        cast(count(*) as bigint) as customers,
        cast(
            sum(tier_moves.profit_now - tier_moves.profit_before) as decimal(38, 4)
        ) as profit_change
    from members
    inner join tier_moves
        on members.customer_id = tier_moves.customer_id
    group by members.segmentation, members.from_segment, members.segment
)
select * from final
