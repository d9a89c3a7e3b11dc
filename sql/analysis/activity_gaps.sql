-- The days between two successive activity days of a customer.
-- grain: customer_id, active_on
-- needs: none
-- units: gap_days days
-- column: active_on  the later of the two days
with
activity as (
    select * from core.activity
),
steps as (
    select
        customer_id,
        active_on,
        lag(active_on) over (partition by customer_id order by active_on)
            as previous_on
    from activity
),
final as (
    select
        customer_id,
        active_on,
        cast(date_diff('day', previous_on, active_on) as bigint) as gap_days
    from steps
    where previous_on is not null
)
select * from final
