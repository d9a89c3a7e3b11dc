-- One wish not to be contacted, of a customer or of a contact address: as the company's
-- own systems say, or as a customer said who was called from a target list.
-- grain: customer_id, contact, channel, reason
-- needs: none
-- view: yes
with
suppressions as (
    select * from raw.suppressions
),
outcomes as (
    select * from staging.outcomes where outcome = 'do_not_contact'
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
    union all
    select
        customer_id,
        cast(null as varchar) as contact,
        cast(null as varchar) as channel,
        'objected' as reason,
        touched_on as since
    from outcomes
)
select * from final
