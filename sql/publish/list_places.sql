-- A target list and a candidate: the rank, and which of the four ends the candidate
-- came to. Lists that are not configured have no candidates.
-- grain: list, customer_id
-- needs: none
-- units: rank rank, value_at_stake money

with list_candidates as (
    select * from publish.list_candidates
),
standings as (
    select * from publish.customer_standings
),
suppressed_customers as (
    select * from publish.suppressed_customers
),
lists as (
    select * from run.lists
),
candidates as (
    select
        list_candidates.list, list_candidates.customer_id,
        list_candidates.reason_code, list_candidates.value_at_stake,
        lists.capacity,
        suppressed_customers.suppressed_reason,
        min(list_candidates.precedence) over (
            partition by list_candidates.customer_id
        ) as first_precedence,
        list_candidates.precedence,
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
    left join suppressed_customers
        on list_candidates.customer_id = suppressed_customers.customer_id
),
judged as (
    select
        list, customer_id, reason_code, value_at_stake, capacity, rank,
        precedence > first_precedence as is_elsewhere,
        first_precedence,
        suppressed_reason
    from candidates
),
counted as (
    select
        list, customer_id, reason_code, value_at_stake, capacity, rank,
        is_elsewhere, first_precedence, suppressed_reason,
        sum(
            case when not is_elsewhere and suppressed_reason is null then 1 else 0 end
        ) over (
            partition by list
            order by rank
            rows between unbounded preceding and current row
        ) as places_taken
    from judged
),
final as (
    select
        counted.list, counted.customer_id,
        counted.reason_code,
        case
            when counted.is_elsewhere then 'on_other_list'
            when counted.suppressed_reason is not null then 'suppressed'
            when counted.capacity > 0 and counted.places_taken > counted.capacity
                then 'over_capacity'
            else 'chosen'
        end as status,
        case when counted.is_elsewhere then others.list else 'none' end as other_list,
        case
            when counted.is_elsewhere then 'none'
            else coalesce(counted.suppressed_reason, 'none')
        end as suppressed_reason,
        counted.value_at_stake,
        counted.rank
    from counted
    left join list_candidates as others
        on counted.customer_id = others.customer_id
        and counted.first_precedence = others.precedence
)
select * from final
