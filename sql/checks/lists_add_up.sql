-- A target list, and how many of its candidates came to no end or to two: chosen,
-- control group, suppressed, on another list and over capacity together are the
-- candidates; no list and no caller has more customers than there is room for, none
-- who must not be contacted, and none who is on another list too.
-- grain: table_name
-- needs: order_lines | contracts | ledger
-- severity: error
-- units: failing count, tested count

with list_candidates as (
    select * from publish.list_candidates
),
list_places as (
    select * from publish.list_places
),
list_barriers as (
    select * from publish.list_barriers
),
lists as (
    select * from run.lists
),
candidates as (
    select list, count(*) as candidates
    from list_candidates
    group by list
),
barred as (
    select distinct list, customer_id from list_barriers
),
listed as (
    select customer_id, count(*) as times
    from list_places
    where status in ('chosen', 'control')
    group by customer_id
),
ends as (
    select
        list_places.list,
        count(case when list_places.status in ('chosen', 'control', 'suppressed',
            'on_other_list', 'over_capacity') then 1 end) as members,
        count(case when list_places.status = 'chosen' then 1 end) as chosen,
        count(
            case
                when list_places.status in ('chosen', 'control')
                    and (barred.customer_id is not null or listed.times > 1)
                    then 1
            end
        ) as chosen_in_vain
    from list_places
    left join barred
        on list_places.list = barred.list
        and list_places.customer_id = barred.customer_id
    left join listed
        on list_places.customer_id = listed.customer_id
    group by list_places.list
),
callers as (
    select list, caller, count(*) as calls
    from list_places
    where status = 'chosen' and caller <> 'unowned'
    group by list, caller
),
crowded as (
    select callers.list, sum(callers.calls - lists.per_owner) as too_many
    from callers
    inner join lists
        on callers.list = lists.list
    where lists.per_owner > 0 and callers.calls > lists.per_owner
    group by callers.list
),
final as (
    select
        lists.list as table_name,
        cast(
            abs(coalesce(candidates.candidates, 0) - coalesce(ends.members, 0))
            + coalesce(ends.chosen_in_vain, 0)
            + coalesce(crowded.too_many, 0)
            + case
                when lists.capacity > 0 and ends.chosen > lists.capacity
                    then ends.chosen - lists.capacity
                else 0
            end as bigint
        ) as failing,
        coalesce(candidates.candidates, 0) as tested
    from lists
    left join candidates
        on lists.list = candidates.list
    left join ends
        on lists.list = ends.list
    left join crowded
        on lists.list = crowded.list
)
select * from final
