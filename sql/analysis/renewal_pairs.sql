-- Two contracts of a customer of whom no contract names the one it renews: the later
-- could renew the earlier. It begins after the earlier began and within the grace
-- after its end, and lasts beyond that end. Contracts that end on the same day and
-- those that begin on the same day are numbered, the larger first, so that a set which
-- is renewed together pairs one by one.
-- grain: renewed_id, contract_id
-- needs: none
-- column: has_same_place  both have the same number
-- column: gap_days  days between the end of the one and the start of the other
with
contract_terms as (
    select * from analysis.contract_terms
),
params as (
    select * from run.params
),
naming as (
    select customer_id
    from analysis.named_renewals
    group by customer_id
),
silent as (
    select
        contract_terms.contract_id, contract_terms.customer_id,
        contract_terms.starts_on, contract_terms.ended_on, contract_terms.active_until,
        row_number() over (
            partition by contract_terms.customer_id, contract_terms.ended_on
            order by contract_terms.monthly_value desc, contract_terms.contract_id
        ) as end_place,
        row_number() over (
            partition by contract_terms.customer_id, contract_terms.starts_on
            order by contract_terms.monthly_value desc, contract_terms.contract_id
        ) as start_place
    from contract_terms
    left join naming
        on contract_terms.customer_id = naming.customer_id
    where naming.customer_id is null
),
final as (
    select
        earlier.contract_id as renewed_id,
        later.contract_id,
        later.starts_on,
        earlier.ended_on,
        earlier.end_place = later.start_place as has_same_place,
        abs(date_diff('day', earlier.ended_on, later.starts_on)) as gap_days
    from silent as earlier
    cross join params
    inner join silent as later
        on earlier.customer_id = later.customer_id
    where earlier.ended_on is not null
        and later.starts_on > earlier.starts_on
        and date_diff('day', earlier.ended_on, later.starts_on) <= params.grace_days
        and later.active_until > earlier.ended_on
)
select * from final
