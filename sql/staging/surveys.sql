-- One answer of a customer to a survey.
-- grain: customer_id, answered_on
-- needs: none
-- view: yes
-- units: score points, expectation points, experience points
with
surveys as (
    select * from raw.surveys
),
final as (
    select
        customer_id,
        element,
        score, expectation, experience,
        answered_on
    from surveys
)
select * from final
