-- One stretch in which a customer had contracts: from the first of them until the first
-- break that is longer than the grace of a renewal, or until D. A contract that ends
-- before it begins is none.
-- grain: customer_id
-- needs: none
-- column: stayed_until  the end of the stretch, D at most
-- column: has_ended  nobody renewed within the grace; while that lasts it is open

with contract_terms as (
    select * from analysis.contract_terms
),
params as (
    select * from run.params
),
terms as (
    select
        contract_terms.contract_id,
        contract_terms.customer_id,
        contract_terms.starts_on,
        case
            when contract_terms.ended_on < params.as_of then contract_terms.ended_on
            else params.as_of
        end as covered_until
    from contract_terms
    cross join params
    where contract_terms.starts_on < params.as_of
        and (
            contract_terms.ended_on is null
            or contract_terms.ended_on > contract_terms.starts_on
        )
),
followed as (
    select
        customer_id,
        starts_on,
        covered_until,
        max(covered_until) over (
            partition by customer_id
            order by starts_on, contract_id
            rows between unbounded preceding and 1 preceding
        ) as before_until
    from terms
),
breaks as (
    select followed.customer_id, min(followed.starts_on) as begun_again_on
    from followed
    cross join params
    where date_diff('day', followed.before_until, followed.starts_on)
        > params.grace_days
    group by followed.customer_id
),
stretches as (
    select
        followed.customer_id,
        min(followed.starts_on) as starts_on,
        max(followed.covered_until) as stayed_until
    from followed
    left join breaks
        on followed.customer_id = breaks.customer_id
    where breaks.customer_id is null or followed.starts_on < breaks.begun_again_on
    group by followed.customer_id
),
final as (
    select
        stretches.customer_id,
        stretches.starts_on,
        stretches.stayed_until,
        date_diff('day', stretches.stayed_until, params.as_of) > params.grace_days
            as has_ended
    from stretches
    cross join params
)
select * from final
