-- One contact that somebody of the company made with a customer: as the company's own
-- systems say, or as a target list that was handed back says.
-- grain: customer_id, at_on, channel
-- needs: none
-- view: yes
with
touches as (
    select * from raw.touches
),
outcomes as (
    select * from staging.outcomes where status = 'contacted'
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
    union all
    select
        customer_id,
        cast(null as varchar) as owner_id,
        list as list_id,
        channel, outcome,
        touched_on as at_on
    from outcomes
)
select * from final
