-- One answer of a customer to a survey.
-- grain: customer_id, answered_on
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
        answered_on
    from surveys
    left join identities
        on surveys.customer_id = identities.source_id
)
select * from final
