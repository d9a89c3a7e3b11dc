-- One contact that somebody of the company made with a customer.
-- grain: customer_id, at_on, channel
-- needs: none
-- view: yes
with
touches as (
    select * from raw.touches
),
identities as (
    select source_id, customer_id from run.identities
),
final as (
    select
        coalesce(identities.customer_id, touches.customer_id) as customer_id,
        owner_id, list_id,
        channel, outcome,
        at_on
    from touches
    left join identities
        on touches.customer_id = identities.source_id
)
select * from final
