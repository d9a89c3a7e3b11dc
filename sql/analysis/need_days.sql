-- One day in a window of the report, W or the one twelve months before. A day may be in
-- both when they overlap.
-- grain: profit_window, day
-- needs: none
-- column: weekday  1 is Monday, 7 is Sunday
with
day_slices as (
    select * from core.day_slices
),
window_slices as (
    select profit_window, slice
    from core.window_slices
    where window_kind = 'report'
),
final as (
    select
        window_slices.profit_window,
        day_slices.day,
        -- the first day of 1900 was a Monday
        1 + mod(
            cast(date_diff('day', date '1900-01-01', day_slices.day) as bigint), 7
        ) as weekday
    from day_slices
    inner join window_slices
        on day_slices.slice = window_slices.slice
)
select * from final
