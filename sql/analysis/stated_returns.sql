-- A customer who said that they leave and came back: the first activity or the first
-- new contract after it. Who was no customer before has not left; of several farewells
-- before the same return the last one counts.
-- grain: customer_id, returned_on
-- needs: none

with departure_reasons as (
    select * from analysis.departure_reasons
),
activity as (
    select * from core.activity
),
contract_terms as (
    select * from analysis.contract_terms
),
params as (
    select * from run.params
),
sightings as (
    select customer_id, active_on as seen_on
    from activity
    union all
    select contract_terms.customer_id, contract_terms.starts_on
    from contract_terms
    cross join params
    where contract_terms.starts_on < params.as_of
),
spells as (
    select
        departure_reasons.customer_id, departure_reasons.left_on,
        min(case
            when sightings.seen_on > departure_reasons.left_on then sightings.seen_on
        end) as returned_on,
        min(sightings.seen_on) as first_seen_on
    from departure_reasons
    inner join sightings
        on departure_reasons.customer_id = sightings.customer_id
    group by departure_reasons.customer_id, departure_reasons.left_on
),
final as (
    select
        spells.customer_id,
        max(spells.left_on) as left_on,
        spells.returned_on
    from spells
    cross join params
    where spells.returned_on is not null
        and spells.first_seen_on <= spells.left_on
        and params.uses_departures
    group by spells.customer_id, spells.returned_on
)
select * from final
