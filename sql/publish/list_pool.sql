-- A candidate from whom the control group is drawn: of those who may be contacted for
-- the list that they stand on, the first by rank that the list and its callers would
-- have room for if nobody were left out.
-- grain: list, customer_id
-- needs: none
-- units: rank rank

with list_routes as (
    select * from publish.list_routes where suppressed_reason = 'none'
),
lists as (
    select * from run.lists
),
free as (
    select
        list_routes.list, list_routes.customer_id, list_routes.rank,
        list_routes.tier, list_routes.caller,
        lists.pool_capacity, lists.pool_per_owner,
        row_number() over (
            partition by list_routes.list, list_routes.caller
            order by list_routes.rank, list_routes.customer_id
        ) as caller_place
    from list_routes
    inner join lists
        on list_routes.list = lists.list
),
fitting as (
    select
        list, customer_id, rank, tier, caller, pool_capacity,
        row_number() over (partition by list order by rank, customer_id) as place
    from free
    where pool_per_owner = 0 or caller = 'unowned' or caller_place <= pool_per_owner
),
final as (
    select list, customer_id, tier, caller, rank
    from fitting
    where pool_capacity = 0 or place <= pool_capacity
)
select * from final
