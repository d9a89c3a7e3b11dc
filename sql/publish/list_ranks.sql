-- A target list and a candidate: the rank by what is at stake, who would call them,
-- and the list that they stand on instead. Lists that are not configured have no
-- candidates.
-- grain: list, customer_id
-- needs: none
-- units: rank rank, value_at_stake money
-- column: other_list  the list with a prior claim on the customer, or none
-- column: caller  the list's own owner, else who looks after the customer, or unowned

with list_candidates as (
    select * from publish.list_candidates
),
standings as (
    select * from publish.customer_standings
),
lists as (
    select * from run.lists
),
candidates as (
    select
        list_candidates.list, list_candidates.customer_id,
        list_candidates.reason_code, list_candidates.value_at_stake,
        lists.position, standings.tier,
        case
            when lists.owner = 'account_manager' then standings.owner_id
            else lists.owner
        end as caller,
        row_number() over (
            partition by list_candidates.list
            order by
                list_candidates.urgency, list_candidates.value_at_stake desc,
                standings.revenue desc, list_candidates.customer_id
        ) as rank
    from list_candidates
    inner join lists
        on list_candidates.list = lists.list
    inner join standings
        on list_candidates.customer_id = standings.customer_id
),
firsts as (
    select customer_id, min(position) as position
    from candidates
    group by customer_id
),
final as (
    select
        candidates.list, candidates.customer_id,
        candidates.reason_code, candidates.tier, candidates.caller,
        case
            when candidates.position > firsts.position then lists.list
            else 'none'
        end as other_list,
        candidates.value_at_stake,
        candidates.rank, candidates.position
    from candidates
    inner join firsts
        on candidates.customer_id = firsts.customer_id
    inner join lists
        on firsts.position = lists.position
)
select * from final
