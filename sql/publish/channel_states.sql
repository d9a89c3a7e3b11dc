-- A customer and every channel, and what stands against it, before everything that
-- holds for all channels.
-- grain: customer_id
-- needs: none
-- view: yes
-- column: email_state  channel_opt_out, bounced, no_consent, none, or unknown without
--   an address; likewise phone_state and sms_state by the number, and visit_state

with bases as (
    select * from publish.channel_bases
),
persons as (
    select * from staging.persons
),
opt_outs as (
    select * from publish.opt_outs where channel <> 'any'
),
barred as (
    select
        customer_id,
        max(case when channel = 'email' then reason end) as email_bar,
        max(case when channel = 'phone' then reason end) as phone_bar,
        max(case when channel = 'sms' then reason end) as sms_bar,
        max(case when channel = 'visit' then reason end) as visit_bar
    from opt_outs
    group by customer_id
),
final as (
    select
        bases.customer_id,
        case
            when coalesce(trim(persons.email), '') = '' then 'unknown'
            when barred.email_bar is not null then barred.email_bar
            when bases.email_basis = 'none' then 'no_consent'
            else 'none'
        end as email_state,
        case
            when coalesce(trim(persons.phone), '') = '' then 'unknown'
            when barred.phone_bar is not null then barred.phone_bar
            when bases.phone_basis = 'none' then 'no_consent'
            else 'none'
        end as phone_state,
        case
            when coalesce(trim(persons.phone), '') = '' then 'unknown'
            when barred.sms_bar is not null then barred.sms_bar
            when bases.sms_basis = 'none' then 'no_consent'
            else 'none'
        end as sms_state,
        case
            when barred.visit_bar is not null then barred.visit_bar
            when bases.visit_basis = 'none' then 'no_consent'
            else 'none'
        end as visit_state
    from bases
    left join persons
        on bases.customer_id = persons.customer_id
    left join barred
        on bases.customer_id = barred.customer_id
)
select * from final
