-- A customer with at least one activity before D: the first and the last day, and the
-- last day before the window W.
-- grain: customer_id
-- needs: none
-- units: active_days count

with activity as (
    select * from core.activity
),
params as (
    select * from run.params
),
final as (
    select
        activity.customer_id,
        count(*) as active_days,
        min(activity.active_on) as first_active_on,
        max(activity.active_on) as last_active_on,
        max(
            case
                when activity.active_on < params.window_start then activity.active_on
            end
        ) as last_before_window_on
    from activity
    cross join params
    group by activity.customer_id
)
select * from final
