-- One wish not to be contacted, of a customer or of a contact address.
-- grain: customer_id, contact, channel, reason
-- needs: none
-- view: yes
with
suppressions as (
    select * from raw.suppressions
),
final as (
    select
        customer_id, contact,
        channel, reason,
        since
    from suppressions
)
select * from final
