-- A customer who must not be contacted, by their id or by an e-mail address or phone
-- number of theirs: on one channel, or on any, and why. The company's own words for
-- reasons and channels are told apart by the words of the consent policy; a channel
-- that nobody knows is any, and a reason that nobody knows is the customer's wish.
-- Every opt-out that is there holds, whatever its day: the list is used after D.
-- grain: customer_id, channel, reason
-- needs: none

with suppressions as (
    select * from staging.suppressions
),
contact_keys as (
    select * from publish.contact_keys
),
suppression_words as (
    select * from run.suppression_words
),
channel_words as (
    select * from run.channel_words
),
wishes as (
    select
        customer_id, contact,
        lower(trim(coalesce(channel, ''))) as said_channel,
        lower(trim(coalesce(reason, ''))) as said_reason
    from suppressions
),
said_reasons as (
    select distinct said_reason from wishes
),
places as (
    select said_reasons.said_reason, min(suppression_words.position) as position
    from said_reasons
    inner join suppression_words
        on said_reasons.said_reason like suppression_words.word escape '\'
    group by said_reasons.said_reason
),
worded as (
    select
        wishes.customer_id, wishes.contact,
        suppression_words.reason,
        coalesce(
            channel_words.channel,
            case
                when suppression_words.reason = 'bounced' and wishes.said_channel = ''
                    then case
                        when wishes.contact like '%@%' then 'email'
                        when wishes.contact is not null then 'phone'
                    end
            end
        ) as channel
    from wishes
    left join places
        on wishes.said_reason = places.said_reason
    left join suppression_words
        on places.position = suppression_words.position
    left join channel_words
        on wishes.said_channel = channel_words.word
),
judged as (
    select
        customer_id, contact,
        case
            when reason in ('legal_opt_out', 'erased', 'dispute_or_complaint', 'staff')
                then 'any'
            else coalesce(channel, 'any')
        end as channel,
        case
            when coalesce(reason, 'channel_opt_out') <> 'channel_opt_out' then reason
            when channel is null then 'legal_opt_out'
            else 'channel_opt_out'
        end as reason
    from worded
),
keyed as (
    select channel, reason, 'customer_id' as contact_kind, customer_id as contact_key
    from judged
    union all
    select channel, reason, 'contact', lower(trim(contact))
    from judged
    union all
    select
        channel, reason, 'contact',
        replace(replace(replace(replace(replace(replace(
            contact, ' ', ''), '-', ''), '/', ''), '.', ''), '(', ''), ')', '')
    from judged
),
final as (
    select distinct contact_keys.customer_id, keyed.channel, keyed.reason
    from keyed
    inner join contact_keys
        on keyed.contact_kind = contact_keys.contact_kind
        and keyed.contact_key = contact_keys.contact_key
    -- an empty one would be everybody's; by its length, since an engine would ask a
    -- comparison of every contact too
    where length(keyed.contact_key) > 0
)
select * from final
