-- One day of the calendar and the slice of time that it lies in.
-- grain: day
-- needs: none
with
calendar as (
    select * from core.calendar
),
time_slices as (
    select * from core.time_slices
),
final as (
    select
        calendar.day,
        count(time_slices.slice) over (
            order by calendar.day
            rows between unbounded preceding and current row
        ) as slice
    from calendar
    left join time_slices
        on calendar.day = time_slices.starts_on
)
select * from final
