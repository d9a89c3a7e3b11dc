-- One answer of a customer to a survey, as it was loaded.
-- grain: customer_id, answered_at, element
-- needs: none
-- view: yes
-- units: score points, expectation points, experience points
with
surveys as (
    select * from raw.surveys
),
identities as (
    select source_id, customer_id from run.identities
),
final as (
    select
        coalesce(identities.customer_id, surveys.customer_id) as customer_id,
        element,
        score, expectation, experience,
        answered_at, answered_on,
        _source, _mapping, _file, _line
    from surveys
    left join identities
        on surveys.customer_id = identities.source_id
)
select * from final
