-- One permission that a customer gave to be contacted, on one channel or on any.
-- grain: none
-- needs: none
-- view: yes
-- column: withdrawn_on  the day on which it ended; NULL while it holds
with
consents as (
    select * from raw.consents
),
identities as (
    select source_id, customer_id from run.identities
),
final as (
    select
        coalesce(identities.customer_id, consents.customer_id) as customer_id,
        channel, basis,
        given_on, withdrawn_on
    from consents
    left join identities
        on consents.customer_id = identities.source_id
)
select * from final
