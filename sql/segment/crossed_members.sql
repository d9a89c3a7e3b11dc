-- One known customer in one crossed segmentation of pharos.yaml, such as `age × tier`:
-- the segments of both, `18-24 × high`. A cross with a segmentation that is left out is
-- left out too.
-- grain: customer_id, segmentation
-- needs: none
-- column: from_segment  both segments at the end of the window before, `none` for who
--   was
--   not known then; NULL unless the sources keep the history of both segmentations
with
crossed_segments as (
    select * from run.crossed_segments
),
single_members as (
    select * from segment.single_members
),
final as (
    select
        firsts.customer_id, crossed_segments.segmentation,
        firsts.segment || ' × ' || seconds.segment as segment,
        case
            when firsts.from_segment is null or seconds.from_segment is null then null
            when firsts.from_segment = 'none' or seconds.from_segment = 'none'
                then 'none'
            else firsts.from_segment || ' × ' || seconds.from_segment
        end as from_segment
    from crossed_segments
    inner join single_members as firsts
        on crossed_segments.first_segmentation = firsts.segmentation
    inner join single_members as seconds
        on crossed_segments.second_segmentation = seconds.segmentation
        and firsts.customer_id = seconds.customer_id
)
select * from final
