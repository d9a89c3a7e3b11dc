-- One customer with an activity in the window W: on how many days, and when last.
-- grain: customer_id
-- needs: none
-- units: active_days count
with
params as (
    select * from run.params
),
activity as (
    select * from core.activity
),
final as (
    select
        activity.customer_id,
        count(*) as active_days,
        max(activity.active_on) as last_active_on
    from activity
    cross join params
    where activity.active_on >= params.window_start
    group by activity.customer_id
)
select * from final
