-- A channel on which a candidate could be contacted for the list that they stand on:
-- a visit, or one of which an e-mail address or phone number is known; and what stands
-- against it, before everything that holds for all channels.
-- grain: list, customer_id, channel
-- needs: none
-- column: position  1 for the channel that the list prefers
-- column: contact  the address or number; empty for a visit
-- column: contact_key  the same without case, blanks and punctuation
-- column: consent_basis  what allows the contact; not_needed where the policy asks none
-- column: barrier  channel_opt_out, bounced, no_consent or none

with list_ranks as (
    select * from publish.list_ranks
),
persons as (
    select * from staging.persons
),
opt_outs as (
    select * from publish.opt_outs
),
channel_consents as (
    select * from publish.channel_consents
),
list_channels as (
    select * from run.list_channels
),
consent_channels as (
    select * from run.consent_channels
),
contacts as (
    select
        list_ranks.list, list_ranks.customer_id,
        list_channels.channel, list_channels.position,
        case list_channels.channel
            when 'visit' then ''
            when 'email' then trim(persons.email)
            else trim(persons.phone)
        end as contact
    from list_ranks
    inner join list_channels
        on list_ranks.list = list_channels.list
    left join persons
        on list_ranks.customer_id = persons.customer_id
    where list_ranks.other_list = 'none'
),
barred as (
    select customer_id, channel, max(reason) as reason
    from opt_outs
    group by customer_id, channel
),
final as (
    select
        contacts.list, contacts.customer_id, contacts.channel, contacts.position,
        contacts.contact,
        case
            when contacts.channel = 'email' then lower(contacts.contact)
            else replace(replace(replace(replace(replace(replace(
                contacts.contact, ' ', ''), '-', ''), '/', ''), '.', ''), '(', ''),
                ')', '')
        end as contact_key,
        coalesce(
            channel_consents.basis,
            case when consent_channels.needs_consent then 'none' else 'not_needed' end
        ) as consent_basis,
        channel_consents.given_on as consent_on,
        case
            when barred.reason is not null then barred.reason
            when consent_channels.needs_consent and channel_consents.basis is null
                then 'no_consent'
            else 'none'
        end as barrier
    from contacts
    inner join consent_channels
        on contacts.channel = consent_channels.channel
    left join barred
        on contacts.customer_id = barred.customer_id
        and contacts.channel = barred.channel
    left join channel_consents
        on contacts.customer_id = channel_consents.customer_id
        and contacts.channel = channel_consents.channel
    where contacts.channel = 'visit' or contacts.contact <> ''
)
select * from final
