-- Customers of one segment who stayed equally long. `all` holds everybody; a
-- segmentation of more than 24 segments divides too finely to say how long its members
-- stay and is left out.
-- grain: segmentation, segment, months, has_ended
-- needs: order_lines | contracts | ledger
-- units: months months, customers count

with tenures as (
    select * from analysis.tenures
),
segment_members as (
    select * from segment.segment_members
),
coarse as (
    select segmentation
    from segment_members
    group by segmentation
    having count(distinct segment) <= 24
),
members as (
    select customer_id, 'all' as segmentation, 'all' as segment
    from tenures
    union all
    select
        segment_members.customer_id,
        segment_members.segmentation,
        segment_members.segment
    from segment_members
    inner join coarse
        on segment_members.segmentation = coarse.segmentation
    where segment_members.segmentation <> 'all'
),
final as (
    select
        members.segmentation,
        members.segment,
        tenures.months,
        tenures.has_ended,
        count(*) as customers
    from members
    inner join tenures
        on members.customer_id = tenures.customer_id
    group by members.segmentation, members.segment, tenures.months, tenures.has_ended
)
select * from final
