-- The days between two successive activity days of a customer.
-- grain: customer_id, active_on
-- needs: none
-- units: gap_days days
-- column: active_on  the later of the two days

with activity as (
    select * from core.activity
),
params as (
    select * from run.params
),
steps as (
    select
        activity.customer_id,
        activity.active_on,
        lag(activity.active_on) over (
            partition by activity.customer_id
            order by activity.active_on
        ) as previous_on
    from activity
    cross join params
    where params.silent_days = 0
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
