-- One target list and how its candidates divide; the four counts add up to them.
-- grain: list
-- needs: order_lines | contracts | ledger
-- units: candidates count, chosen count, suppressed count, on_other_list count
-- units: over_capacity count, value money
-- column: value  value at stake with the customers on the list

with lists as (
    select * from run.lists
),
list_members as (
    select * from publish.list_members
),
counted as (
    select
        list,
        count(*) as candidates,
        count(case when status = 'chosen' then 1 end) as chosen,
        count(case when status = 'suppressed' then 1 end) as suppressed,
        count(case when status = 'on_other_list' then 1 end) as on_other_list,
        count(case when status = 'over_capacity' then 1 end) as over_capacity,
        sum(case when status = 'chosen' then value_at_stake end) as value
    from list_members
    group by list
),
final as (
    select
        lists.list, lists.position, lists.action, lists.owner,
        cast(coalesce(counted.candidates, 0) as bigint) as candidates,
        cast(coalesce(counted.chosen, 0) as bigint) as chosen,
        cast(coalesce(counted.suppressed, 0) as bigint) as suppressed,
        cast(coalesce(counted.on_other_list, 0) as bigint) as on_other_list,
        cast(coalesce(counted.over_capacity, 0) as bigint) as over_capacity,
        cast(coalesce(counted.value, 0) as decimal(38, 4)) as value
    from lists
    left join counted
        on lists.list = counted.list
)
select * from final
