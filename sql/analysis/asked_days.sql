-- A day on which a customer was asked for an answer: a contact whose channel or outcome
-- is one of the words of satisfaction.asked.
-- grain: customer_id, asked_on
-- needs: none
with
touches as (
    select * from staging.touches
),
asking as (
    select text from analysis.satisfaction_meanings where kind = 'asked'
),
final as (
    select touches.customer_id, touches.at_on as asked_on
    from touches
    left join asking as channels
        on touches.channel = channels.text
    left join asking as outcomes
        on touches.outcome = outcomes.text
    where touches.customer_id is not null
        and (channels.text is not null or outcomes.text is not null)
    group by touches.customer_id, touches.at_on
)
select * from final
