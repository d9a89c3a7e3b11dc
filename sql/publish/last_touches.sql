-- The last contact with a customer on a channel, before D. A channel that nobody knows
-- is `other`.
-- grain: customer_id, channel
-- needs: none

with touches as (
    select * from staging.touches
),
channel_words as (
    select * from run.channel_words
),
params as (
    select * from run.params
),
final as (
    select
        touches.customer_id,
        coalesce(channel_words.channel, 'other') as channel,
        max(touches.at_on) as last_on
    from touches
    cross join params
    left join channel_words
        on lower(trim(touches.channel)) = channel_words.word
    where touches.at_on < params.as_of
    group by touches.customer_id, coalesce(channel_words.channel, 'other')
)
select * from final
