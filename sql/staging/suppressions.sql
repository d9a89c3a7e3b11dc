-- One wish not to be contacted, of a customer or of a contact address.
-- grain: customer_id, contact, channel, reason
-- needs: none
-- view: yes
with
suppressions as (
    select * from raw.suppressions
),
identities as (
    select source_id, customer_id from run.identities
),
final as (
    select
        coalesce(identities.customer_id, suppressions.customer_id) as customer_id,
        contact,
        channel, reason,
        since
    from suppressions
    left join identities
        on suppressions.customer_id = identities.source_id
)
select * from final
