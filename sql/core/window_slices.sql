-- One slice of time in one profit window that it is a part of.
-- grain: profit_window, slice
-- needs: none
with
profit_windows as (
    select * from core.profit_windows
),
time_slices as (
    select * from core.time_slices
),
final as (
    select
        profit_windows.profit_window, profit_windows.kind as window_kind,
        time_slices.slice
    from profit_windows
    inner join time_slices
        on time_slices.starts_on >= profit_windows.starts_on
        and time_slices.starts_on < profit_windows.ends_on
)
select * from final
