-- A customer who gave a permission to be contacted on a channel, and did not withdraw
-- it. Of several the first basis of the consent policy counts, then the oldest.
-- grain: customer_id, channel
-- needs: none
-- view: yes
-- column: basis  one of the policy's words: consent, request, …
-- column: given_on  since when; NULL when nobody noted the day

with consents as (
    select * from staging.consents
),
channel_words as (
    select * from run.channel_words
),
consent_bases as (
    select * from run.consent_bases
),
params as (
    select * from run.params
),
given as (
    select
        consents.customer_id,
        lower(trim(consents.basis)) as said_basis,
        case when trim(coalesce(consents.channel, '')) = '' then 'any' end
            as any_channel,
        channel_words.channel,
        consents.given_on
    from consents
    cross join params
    left join channel_words
        on lower(trim(consents.channel)) = channel_words.word
    where
        consents.withdrawn_on is null
        and (consents.given_on is null or consents.given_on <= params.as_of)
),
allowed as (
    select
        given.customer_id, consent_bases.channel, consent_bases.basis,
        consent_bases.position, given.given_on
    from given
    inner join consent_bases
        on given.said_basis = consent_bases.word
        and (
            given.channel = consent_bases.channel
            or given.any_channel = 'any'
        )
),
numbered as (
    select
        customer_id, channel, basis, given_on,
        row_number() over (
            partition by customer_id, channel
            order by position, given_on nulls last, basis
        ) as place
    from allowed
),
final as (
    select customer_id, channel, basis, given_on
    from numbered
    where place = 1
)
select * from final
