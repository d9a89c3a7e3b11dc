-- One customer who belongs to a group, with who stands 512 levels above, or on top
-- where there are fewer levels.
-- grain: customer_id
-- needs: none
with
ancestors_64 as (
    select * from core.ancestors_64
),
twice as (
    select
        ancestors_64.customer_id,
        coalesce(above.ancestor_id, ancestors_64.ancestor_id) as ancestor_id
    from ancestors_64
    left join ancestors_64 as above
        on ancestors_64.ancestor_id = above.customer_id
),
four_times as (
    select
        twice.customer_id,
        coalesce(above.ancestor_id, twice.ancestor_id) as ancestor_id
    from twice
    left join twice as above
        on twice.ancestor_id = above.customer_id
),
final as (
    select
        four_times.customer_id,
        coalesce(above.ancestor_id, four_times.ancestor_id) as ancestor_id
    from four_times
    left join four_times as above
        on four_times.ancestor_id = above.customer_id
)
select * from final
