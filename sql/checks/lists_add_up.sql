-- A target list, and how many of its candidates came to no end or to two: chosen,
-- suppressed, on another list and over capacity together are the candidates, and no
-- list chooses more customers than it has room for or one who must not be contacted.
-- grain: table_name
-- needs: order_lines | contracts | ledger
-- severity: error
-- units: failing count, tested count

with list_candidates as (
    select * from publish.list_candidates
),
list_members as (
    select * from publish.list_members
),
suppressed_customers as (
    select * from publish.suppressed_customers
),
lists as (
    select * from run.lists
),
candidates as (
    select list, count(*) as candidates
    from list_candidates
    group by list
),
ends as (
    select
        list_members.list,
        count(*) as members,
        count(case when list_members.status = 'chosen' then 1 end) as chosen,
        count(
            case
                when list_members.status = 'chosen'
                    and suppressed_customers.customer_id is not null
                    then 1
            end
        ) as chosen_in_vain
    from list_members
    left join suppressed_customers
        on list_members.customer_id = suppressed_customers.customer_id
    group by list_members.list
),
final as (
    select
        lists.list as table_name,
        abs(coalesce(candidates.candidates, 0) - coalesce(ends.members, 0))
            + coalesce(ends.chosen_in_vain, 0)
            + case
                when lists.capacity > 0 and ends.chosen > lists.capacity
                    then ends.chosen - lists.capacity
                else 0
            end as failing,
        coalesce(candidates.candidates, 0) as tested
    from lists
    left join candidates
        on lists.list = candidates.list
    left join ends
        on lists.list = ends.list
)
select * from final
