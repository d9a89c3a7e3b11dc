-- A candidate and the list that they stand on: the channel on which they are contacted,
-- or why they must not be. Of several reasons the first in the order of the consent
-- policy counts. Of those who share an address or number only the one with the first
-- claim is contacted there.
-- grain: list, customer_id
-- needs: none
-- units: rank rank, value_at_stake money
-- column: channel  the list's preferred one that nothing stands against, or none
-- column: suppressed_reason  none for who may be contacted

with list_channels as (
    select * from publish.list_channels
),
persons as (
    select * from staging.persons
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
judged as (
    select
        list_channels.list, list_channels.customer_id, list_channels.channel,
        list_channels.rank, list_channels.position, list_channels.tier,
        list_channels.caller, list_channels.reason_code, list_channels.value_at_stake,
        coalesce(suppression_reasons.reason, 'none') as suppressed_reason
    from list_channels
    left join firsts
        on list_channels.list = firsts.list
        and list_channels.customer_id = firsts.customer_id
    left join suppression_reasons
        on firsts.position = suppression_reasons.position
),
numbers as (
    select
        judged.list, judged.customer_id, judged.channel, judged.position, judged.rank,
        case
            when judged.channel = 'email' then lower(trim(persons.email))
            else replace(replace(replace(replace(replace(replace(
                trim(persons.phone), ' ', ''), '-', ''), '/', ''), '.', ''), '(', ''),
                ')', '')
        end as number
    from judged
    inner join persons
        on judged.customer_id = persons.customer_id
    where judged.suppressed_reason = 'none' and judged.channel <> 'visit'
),
shared as (
    select channel, number
    from numbers
    where number <> ''
    group by channel, number
    having count(*) > 1
),
claims as (
    select
        numbers.list, numbers.customer_id,
        row_number() over (
            partition by numbers.channel, numbers.number
            order by
                numbers.position, numbers.rank, numbers.list, numbers.customer_id
        ) as claim
    from numbers
    inner join shared
        on numbers.channel = shared.channel
        and numbers.number = shared.number
),
final as (
    select
        judged.list, judged.customer_id, judged.channel,
        judged.rank, judged.tier, judged.caller,
        judged.reason_code, judged.value_at_stake,
        case
            when claims.claim > 1 then 'same_contact'
            else judged.suppressed_reason
        end as suppressed_reason
    from judged
    left join claims
        on judged.list = claims.list
        and judged.customer_id = claims.customer_id
)
select * from final
