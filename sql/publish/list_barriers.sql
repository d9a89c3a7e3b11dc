-- A reason why a candidate must not be contacted for the list that they stand on.
-- grain: list, customer_id, reason
-- needs: none

with list_ranks as (
    select * from publish.list_ranks where other_list = 'none'
),
list_channels as (select * from publish.list_channels),
opt_outs as (
    select * from publish.opt_outs where channel = 'any'
),
standings as (select * from publish.customer_standings),
last_touches as (select * from publish.last_touches),
lists as (select * from run.lists),
cool_downs as (select * from run.cool_downs),
staff_kinds as (select * from run.staff_kinds),
suppression_policy as (select * from run.suppression_policy),
params as (select * from run.params),
blocked as (
    select list, customer_id, first_state, second_state, third_state, fourth_state
    from list_channels
    where channel = 'none'
),
reasons as (
    select
        list_ranks.list, list_ranks.customer_id,
        suppression_policy.withheld as reason
    from list_ranks
    cross join suppression_policy
    where suppression_policy.withheld <> 'none'
    union all
    select list_ranks.list, list_ranks.customer_id, opt_outs.reason
    from list_ranks
    inner join opt_outs
        on list_ranks.customer_id = opt_outs.customer_id
    union all
    select list, customer_id, 'no_contact'
    from list_channels
    where not has_way
    union all
    select list, customer_id, first_state
    from blocked
    union all
    select list, customer_id, second_state
    from blocked
    union all
    select list, customer_id, third_state
    from blocked
    union all
    select list, customer_id, fourth_state
    from blocked
    union all
    select list_ranks.list, list_ranks.customer_id, 'dispute_or_complaint'
    from list_ranks
    inner join lists
        on list_ranks.list = lists.list
    inner join standings
        on list_ranks.customer_id = standings.customer_id
    where lists.is_selling and standings.is_unsettled
    union all
    select list_ranks.list, list_ranks.customer_id, 'cool_down'
    from list_ranks
    cross join params
    inner join cool_downs
        on list_ranks.list = cool_downs.list
    inner join last_touches
        on list_ranks.customer_id = last_touches.customer_id
        and (
            cool_downs.channel = 'any' or cool_downs.channel = last_touches.channel
        )
    where date_diff('day', last_touches.last_on, params.as_of) < cool_downs.days
    union all
    select list_ranks.list, list_ranks.customer_id, 'staff'
    from list_ranks
    inner join standings
        on list_ranks.customer_id = standings.customer_id
    inner join staff_kinds
        on lower(standings.kind) = staff_kinds.kind
),
final as (
    select distinct list, customer_id, reason
    from reasons
    where reason <> 'unknown'
)
select * from final
