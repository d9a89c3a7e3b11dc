-- One target list and how its candidates divide; the five counts add up to them.
-- grain: list
-- needs: order_lines | contracts | ledger
-- units: candidates count, chosen count, suppressed count, on_other_list count
-- units: control count, over_capacity count, value money
-- column: value  value at stake with the customers on the list
-- column: withheld  why no list is written, or none

with lists as (
    select * from run.lists
),
suppression_policy as (
    select * from run.suppression_policy
),
list_places as (
    select * from publish.list_places
),
counted as (
    select
        list,
        count(*) as candidates,
        count(case when status = 'chosen' then 1 end) as chosen,
        count(case when status = 'suppressed' then 1 end) as suppressed,
        count(case when status = 'on_other_list' then 1 end) as on_other_list,
        count(case when status = 'control' then 1 end) as control,
        count(case when status = 'over_capacity' then 1 end) as over_capacity,
        sum(case when status = 'chosen' then value_at_stake end) as value
    from list_places
    group by list
),
final as (
    select
        lists.list, lists.position, lists.action, lists.owner,
        suppression_policy.policy, suppression_policy.withheld,
        cast(coalesce(counted.candidates, 0) as bigint) as candidates,
        cast(coalesce(counted.chosen, 0) as bigint) as chosen,
        cast(coalesce(counted.suppressed, 0) as bigint) as suppressed,
        cast(coalesce(counted.on_other_list, 0) as bigint) as on_other_list,
        cast(coalesce(counted.control, 0) as bigint) as control,
        cast(coalesce(counted.over_capacity, 0) as bigint) as over_capacity,
        cast(coalesce(counted.value, 0) as decimal(38, 4)) as value
    from lists
    cross join suppression_policy
    left join counted
        on lists.list = counted.list
)
select * from final
