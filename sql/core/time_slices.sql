-- One slice of time: from one cut to the next, half-open. Cuts are the first days of
-- months and the days on which a profit window begins or ends, so that every window and
-- every month is made of whole slices: amounts are added up by slice once and never
-- read again.
-- grain: slice
-- needs: none
-- column: month_on  the month that the slice lies in
with
calendar as (
    select * from core.calendar
),
profit_windows as (
    select * from core.profit_windows
),
cuts as (
    select month_on as cut_on from calendar where day = month_on
    union all
    select starts_on as cut_on from profit_windows
    union all
    select ends_on as cut_on from profit_windows
),
distinct_cuts as (
    select cut_on
    from cuts
    group by cut_on
),
final as (
    select
        row_number() over (order by distinct_cuts.cut_on) as slice,
        distinct_cuts.cut_on as starts_on,
        lead(distinct_cuts.cut_on) over (order by distinct_cuts.cut_on) as ends_on,
        calendar.month_on
    from distinct_cuts
    inner join calendar
        on distinct_cuts.cut_on = calendar.day
)
select * from final
