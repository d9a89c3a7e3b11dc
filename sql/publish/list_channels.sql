-- A candidate and the list that they stand on: the states of the list's channels in
-- the order of its preference, and the first that nothing stands against.
-- grain: list, customer_id
-- needs: none
-- units: rank rank, value_at_stake money
-- column: first_state  of the preferred channel, as in channel_states; likewise
--   second_state, third_state, fourth_state; unknown where the list names no more
-- column: channel  the first channel whose state is none; none without one
-- column: has_way  whether there is a channel at all
-- column: rank  as in list_ranks, likewise position, tier, caller, reason_code and
--   value_at_stake: what follows needs no second look there

with list_ranks as (
    select * from publish.list_ranks where other_list = 'none'
),
channel_states as (
    select * from publish.channel_states
),
list_channels as (
    select * from run.list_channels
),
preferences as (
    select
        list,
        max(case when position = 1 then channel end) as first_channel,
        max(case when position = 2 then channel end) as second_channel,
        max(case when position = 3 then channel end) as third_channel,
        max(case when position = 4 then channel end) as fourth_channel
    from list_channels
    group by list
),
stated as (
    select
        list_ranks.list, list_ranks.customer_id,
        list_ranks.rank, list_ranks.position, list_ranks.tier, list_ranks.caller,
        list_ranks.reason_code, list_ranks.value_at_stake,
        preferences.first_channel, preferences.second_channel,
        preferences.third_channel, preferences.fourth_channel,
        case preferences.first_channel
            when 'email' then channel_states.email_state
            when 'phone' then channel_states.phone_state
            when 'sms' then channel_states.sms_state
            when 'visit' then channel_states.visit_state
            else 'unknown'
        end as first_state,
        case preferences.second_channel
            when 'email' then channel_states.email_state
            when 'phone' then channel_states.phone_state
            when 'sms' then channel_states.sms_state
            when 'visit' then channel_states.visit_state
            else 'unknown'
        end as second_state,
        case preferences.third_channel
            when 'email' then channel_states.email_state
            when 'phone' then channel_states.phone_state
            when 'sms' then channel_states.sms_state
            when 'visit' then channel_states.visit_state
            else 'unknown'
        end as third_state,
        case preferences.fourth_channel
            when 'email' then channel_states.email_state
            when 'phone' then channel_states.phone_state
            when 'sms' then channel_states.sms_state
            when 'visit' then channel_states.visit_state
            else 'unknown'
        end as fourth_state
    from list_ranks
    inner join preferences
        on list_ranks.list = preferences.list
    inner join channel_states
        on list_ranks.customer_id = channel_states.customer_id
),
final as (
    select
        list, customer_id, rank, position, tier, caller, reason_code, value_at_stake,
        first_state, second_state, third_state, fourth_state,
        case
            when first_state = 'none' then first_channel
            when second_state = 'none' then second_channel
            when third_state = 'none' then third_channel
            when fourth_state = 'none' then fourth_channel
            else 'none'
        end as channel,
        first_state <> 'unknown' or second_state <> 'unknown'
            or third_state <> 'unknown' or fourth_state <> 'unknown' as has_way
    from stated
)
select * from final
