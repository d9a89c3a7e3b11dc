-- A customer and what allows to contact them on every channel: a permission that they
-- gave, or, where the policy counts it, that they have bought before, or that the
-- policy asks for nothing.
-- grain: customer_id
-- needs: none
-- column: email_basis  consent, request, existing_customer, …, not_needed or none;
--   likewise phone_basis, sms_basis and visit_basis
-- column: email_on  since when, where a day is known; likewise the others

with standings as (
    select * from publish.customer_standings
),
channel_consents as (select * from publish.channel_consents),
consent_channels as (select * from run.consent_channels),
consent_bases as (
    select * from run.consent_bases where word = 'existing_customer'
),
given as (
    select
        customer_id,
        max(case when channel = 'email' then basis end) as email_given,
        max(case when channel = 'phone' then basis end) as phone_given,
        max(case when channel = 'sms' then basis end) as sms_given,
        max(case when channel = 'visit' then basis end) as visit_given,
        max(case when channel = 'email' then given_on end) as email_on,
        max(case when channel = 'phone' then given_on end) as phone_on,
        max(case when channel = 'sms' then given_on end) as sms_on,
        max(case when channel = 'visit' then given_on end) as visit_on
    from channel_consents
    group by customer_id
),
free as (
    select
        max(case when channel = 'email' and not needs_consent then 'not_needed' end)
            as email_free,
        max(case when channel = 'phone' and not needs_consent then 'not_needed' end)
            as phone_free,
        max(case when channel = 'sms' and not needs_consent then 'not_needed' end)
            as sms_free,
        max(case when channel = 'visit' and not needs_consent then 'not_needed' end)
            as visit_free
    from consent_channels
),
bought as (
    select
        max(case when channel = 'email' then basis end) as email_bought,
        max(case when channel = 'phone' then basis end) as phone_bought,
        max(case when channel = 'sms' then basis end) as sms_bought,
        max(case when channel = 'visit' then basis end) as visit_bought
    from consent_bases
),
final as (
    select
        standings.customer_id,
        coalesce(
            given.email_given,
            case when standings.started_on is not null then bought.email_bought end,
            free.email_free, 'none'
        ) as email_basis,
        coalesce(
            given.phone_given,
            case when standings.started_on is not null then bought.phone_bought end,
            free.phone_free, 'none'
        ) as phone_basis,
        coalesce(
            given.sms_given,
            case when standings.started_on is not null then bought.sms_bought end,
            free.sms_free, 'none'
        ) as sms_basis,
        coalesce(
            given.visit_given,
            case when standings.started_on is not null then bought.visit_bought end,
            free.visit_free, 'none'
        ) as visit_basis,
        case
            when given.email_given is null and bought.email_bought is not null
                then standings.started_on
            else given.email_on
        end as email_on,
        case
            when given.phone_given is null and bought.phone_bought is not null
                then standings.started_on
            else given.phone_on
        end as phone_on,
        case
            when given.sms_given is null and bought.sms_bought is not null
                then standings.started_on
            else given.sms_on
        end as sms_on,
        case
            when given.visit_given is null and bought.visit_bought is not null
                then standings.started_on
            else given.visit_on
        end as visit_on
    from standings
    cross join free
    cross join bought
    left join given on standings.customer_id = given.customer_id
)
select * from final
