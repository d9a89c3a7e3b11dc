-- One customer with an activity in a window of the report, W or the one twelve months
-- before: on how many days, and when last.
-- grain: profit_window, customer_id
-- needs: none
-- units: active_days count
with
profit_windows as (
    select * from core.profit_windows
),
activity as (
    select * from core.activity
),
final as (
    select
        profit_windows.profit_window, activity.customer_id,
        count(*) as active_days,
        max(activity.active_on) as last_active_on
    from activity
    inner join profit_windows
        on activity.active_on >= profit_windows.starts_on
        and activity.active_on < profit_windows.ends_on
    where profit_windows.kind = 'report'
    group by profit_windows.profit_window, activity.customer_id
)
select * from final
