-- A target list and a candidate: which of the five ends the candidate came to. The
-- control group is taken out of the pool, then the list is filled by rank up to its
-- capacity and that of each caller.
-- grain: list, customer_id
-- needs: none
-- units: rank rank, value_at_stake money
-- column: status  chosen, control, over_capacity, suppressed or on_other_list

with list_ranks as (
    select * from publish.list_ranks where other_list <> 'none'
),
list_routes as (
    select * from publish.list_routes
),
list_pool as (
    select * from publish.list_pool
),
control_group as (
    select * from publish.control_group
),
lists as (
    select * from run.lists
),
called as (
    select
        list_pool.list, list_pool.customer_id, list_pool.rank, list_pool.caller,
        lists.capacity, lists.per_owner,
        row_number() over (
            partition by list_pool.list, list_pool.caller
            order by list_pool.rank, list_pool.customer_id
        ) as caller_place
    from list_pool
    inner join lists
        on list_pool.list = lists.list
    left join control_group
        on list_pool.list = control_group.list
        and list_pool.customer_id = control_group.customer_id
    where control_group.customer_id is null
),
fitting as (
    select
        list, customer_id, capacity,
        row_number() over (partition by list order by rank, customer_id) as place
    from called
    where per_owner = 0 or caller = 'unowned' or caller_place <= per_owner
),
chosen as (
    select list, customer_id
    from fitting
    where capacity = 0 or place <= capacity
),
placed as (
    select
        list_routes.list, list_routes.customer_id,
        list_routes.reason_code, list_routes.caller,
        case
            when list_routes.suppressed_reason <> 'none' then 'suppressed'
            when control_group.customer_id is not null then 'control'
            when chosen.customer_id is not null then 'chosen'
            else 'over_capacity'
        end as status,
        'none' as other_list,
        list_routes.suppressed_reason, list_routes.channel,
        list_routes.value_at_stake, list_routes.rank
    from list_routes
    left join control_group
        on list_routes.list = control_group.list
        and list_routes.customer_id = control_group.customer_id
    left join chosen
        on list_routes.list = chosen.list
        and list_routes.customer_id = chosen.customer_id
),
final as (
    select
        list, customer_id, reason_code, caller, status, other_list,
        suppressed_reason, channel, value_at_stake, rank
    from placed
    union all
    select
        list, customer_id, reason_code, caller, 'on_other_list', other_list,
        'none', 'none', value_at_stake, rank
    from list_ranks
)
select * from final
