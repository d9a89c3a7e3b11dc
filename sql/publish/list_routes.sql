-- A candidate and the list that they stand on: the channel on which they are contacted,
-- or why they must not be. Of several reasons the first in the order of the consent
-- policy counts. Of those who share an address or number only the one with the first
-- claim is contacted there.
-- grain: list, customer_id
-- needs: none
-- column: channel  the list's preferred one that nothing stands against, or none
-- column: suppressed_reason  none for who may be contacted

with list_ranks as (
    select * from publish.list_ranks where other_list = 'none'
),
list_channels as (
    select * from publish.list_channels where barrier = 'none'
),
list_barriers as (
    select * from publish.list_barriers
),
suppression_reasons as (
    select * from run.suppression_reasons
),
firsts as (
    select
        list_barriers.list, list_barriers.customer_id,
        min(suppression_reasons.position) as position
    from list_barriers
    inner join suppression_reasons
        on list_barriers.reason = suppression_reasons.reason
    group by list_barriers.list, list_barriers.customer_id
),
preferred as (
    select list, customer_id, min(position) as position
    from list_channels
    group by list, customer_id
),
ways as (
    select
        list_channels.list, list_channels.customer_id, list_channels.channel,
        list_channels.contact, list_channels.contact_key,
        list_channels.consent_basis, list_channels.consent_on
    from list_channels
    inner join preferred
        on list_channels.list = preferred.list
        and list_channels.customer_id = preferred.customer_id
        and list_channels.position = preferred.position
),
shared as (
    select
        ways.list, ways.customer_id,
        row_number() over (
            partition by ways.channel, ways.contact_key
            order by list_ranks.position, list_ranks.rank, ways.list, ways.customer_id
        ) as claim
    from ways
    inner join list_ranks
        on ways.list = list_ranks.list
        and ways.customer_id = list_ranks.customer_id
    left join firsts
        on ways.list = firsts.list
        and ways.customer_id = firsts.customer_id
    where ways.contact_key <> '' and firsts.position is null
),
final as (
    select
        list_ranks.list, list_ranks.customer_id,
        coalesce(ways.channel, 'none') as channel,
        coalesce(ways.contact, '') as contact,
        coalesce(ways.consent_basis, 'none') as consent_basis,
        case
            when suppression_reasons.reason is not null then suppression_reasons.reason
            when shared.claim > 1 then 'same_contact'
            else 'none'
        end as suppressed_reason,
        ways.consent_on
    from list_ranks
    left join ways
        on list_ranks.list = ways.list
        and list_ranks.customer_id = ways.customer_id
    left join firsts
        on list_ranks.list = firsts.list
        and list_ranks.customer_id = firsts.customer_id
    left join suppression_reasons
        on firsts.position = suppression_reasons.position
    left join shared
        on list_ranks.list = shared.list
        and list_ranks.customer_id = shared.customer_id
)
select * from final
