-- One row of a target list as somebody handed it back, by the last import that speaks
-- of it: how far it came, and what the customer said.
-- grain: list, run, row_id
-- needs: none
-- view: yes
-- column: status  contacted, not_reached or skipped
-- column: outcome  won, interested, declined, lost, complaint, wrong_contact or
--   do_not_contact; NULL where nothing was said
-- column: touched_on  the day of the contact
with
outcomes as (
    select * from run.outcomes
),
identities as (
    select source_id, customer_id from run.identities
),
numbered as (
    select
        list, run, row_id, customer_id, channel, status, outcome, touched_on,
        row_number() over (
            partition by list, run, row_id
            order by import_number desc
        ) as place
    from outcomes
),
final as (
    select
        numbered.list, numbered.run, numbered.row_id,
        coalesce(identities.customer_id, numbered.customer_id) as customer_id,
        numbered.channel, numbered.status, numbered.outcome,
        numbered.touched_on
    from numbered
    left join identities
        on numbered.customer_id = identities.source_id
    where numbered.place = 1
)
select * from final
