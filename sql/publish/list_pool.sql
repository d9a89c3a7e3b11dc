-- A candidate who may be contacted for the list that they stand on, and whether they
-- are among those from whom the control group is drawn: the first by rank that the
-- list and its callers would have room for if nobody were left out.
-- grain: list, customer_id
-- needs: none
-- units: rank rank

with list_ranks as (
    select * from publish.list_ranks where other_list = 'none'
),
list_routes as (
    select * from publish.list_routes where suppressed_reason = 'none'
),
lists as (
    select * from run.lists
),
free as (
    select
        list_ranks.list, list_ranks.customer_id, list_ranks.rank,
        list_ranks.tier, list_ranks.caller,
        lists.pool_capacity, lists.pool_per_owner,
        row_number() over (
            partition by list_ranks.list, list_ranks.caller
            order by list_ranks.rank, list_ranks.customer_id
        ) as caller_place
    from list_ranks
    inner join list_routes
        on list_ranks.list = list_routes.list
        and list_ranks.customer_id = list_routes.customer_id
    inner join lists
        on list_ranks.list = lists.list
),
fitting as (
    select
        list, customer_id, rank, tier, caller, pool_capacity,
        pool_per_owner = 0 or caller = 'unowned' or caller_place <= pool_per_owner
            as fits_caller
    from free
),
placed as (
    select
        list, customer_id, rank, tier, caller, pool_capacity, fits_caller,
        sum(case when fits_caller then 1 else 0 end) over (
            partition by list
            order by rank, customer_id
            rows between unbounded preceding and current row
        ) as place
    from fitting
),
final as (
    select
        list, customer_id, tier, caller,
        rank,
        fits_caller and (pool_capacity = 0 or place <= pool_capacity) as is_in_pool
    from placed
)
select * from final
