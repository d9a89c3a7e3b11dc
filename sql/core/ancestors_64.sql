-- One customer who belongs to a group, with who stands 64 levels above, or on top where
-- there are fewer levels.
-- grain: customer_id
-- needs: none
with
ancestors_8 as (
    select * from core.ancestors_8
),
sixteen as (
    select
        ancestors_8.customer_id,
        coalesce(above.ancestor_id, ancestors_8.ancestor_id) as ancestor_id
    from ancestors_8
    left join ancestors_8 as above
        on ancestors_8.ancestor_id = above.customer_id
),
thirty_two as (
    select
        sixteen.customer_id,
        coalesce(above.ancestor_id, sixteen.ancestor_id) as ancestor_id
    from sixteen
    left join sixteen as above
        on sixteen.ancestor_id = above.customer_id
),
final as (
    select
        thirty_two.customer_id,
        coalesce(above.ancestor_id, thirty_two.ancestor_id) as ancestor_id
    from thirty_two
    left join thirty_two as above
        on thirty_two.ancestor_id = above.customer_id
)
select * from final
