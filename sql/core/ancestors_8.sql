-- One customer who belongs to a group, with who stands eight levels above, or on top
-- where there are fewer levels. Twice as far as two levels is four, twice that is
-- eight: groups of any depth need no recursion.
-- grain: customer_id
-- needs: none
with
one as (
    select customer_id, parent_id as ancestor_id
    from core.parents
),
two as (
    select
        one.customer_id,
        coalesce(above.ancestor_id, one.ancestor_id) as ancestor_id
    from one
    left join one as above
        on one.ancestor_id = above.customer_id
),
four as (
    select
        two.customer_id,
        coalesce(above.ancestor_id, two.ancestor_id) as ancestor_id
    from two
    left join two as above
        on two.ancestor_id = above.customer_id
),
final as (
    select
        four.customer_id,
        coalesce(above.ancestor_id, four.ancestor_id) as ancestor_id
    from four
    left join four as above
        on four.ancestor_id = above.customer_id
)
select * from final
