-- A segment and the contracts of its customers over the twelve months before D. Where
-- the sources keep a history of the segmentation it is the segment at the start, so
-- that leaving cannot have made it.
-- grain: segmentation, segment
-- needs: none
-- units: customers_start count, customers_kept count, due count, renewed count
-- units: pending count, value_start money, value_kept money, value_end money
with
members as (
    select customer_id, segmentation, coalesce(from_segment, segment) as segment
    from segment.single_members
    union all
    select customer_id, segmentation, coalesce(from_segment, segment) as segment
    from segment.crossed_members
),
moves as (
    select * from analysis.contract_moves where period_kind = 'window'
),
renewals as (
    select renewals.customer_id, renewals.state
    from analysis.renewal_states as renewals
    cross join run.params as params
    where renewals.state in ('renewed', 'pending', 'lapsed')
        and renewals.ended_on >= params.previous_as_of
),
rows_of_both as (
    select
        customer_id, value_start, 'move' as state,
        case when value_start > 0 then value_end else 0 end as value_end,
        case when value_end < value_start then value_end else value_start end
            as value_kept
    from moves
    where value_start > 0
    union all
    select customer_id, 0, state, 0, 0
    from renewals
),
final as (
    select
        members.segmentation, members.segment,
        count(case when state = 'move' then 1 end) as customers_start,
        count(case when state = 'move' and value_end > 0 then 1 end) as customers_kept,
        sum(value_start) as value_start,
        sum(value_kept) as value_kept,
        sum(value_end) as value_end,
        count(case when state <> 'move' then 1 end) as due,
        count(case when state = 'renewed' then 1 end) as renewed,
        count(case when state = 'pending' then 1 end) as pending
    from rows_of_both as of_both
    inner join members
        on of_both.customer_id = members.customer_id
    group by members.segmentation, members.segment
)
select * from final
