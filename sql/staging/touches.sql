-- One contact that somebody of the company made with a customer.
-- grain: customer_id, at_on, channel
-- needs: none
-- view: yes
with
touches as (
    select * from raw.touches
),
final as (
    select
        customer_id, owner_id, list_id,
        channel, outcome,
        at_on
    from touches
)
select * from final
