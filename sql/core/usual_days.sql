-- One of the seven days before the as-of day, of a source of a table whose volume is
-- watched, with what the same weekday of the four weeks before it usually brings: the
-- median, doubled so that it is whole. Weeks before the source's first row are none; a
-- day that fewer than two weeks can be compared with, and a weekday that has no rows in
-- half of the weeks, such as a Sunday, is not usual and is not here.
-- grain: table_name, source, dated_on
-- needs: none
-- units: rows_there count, twice_usual count, weeks count
with
params as (
    select * from run.params
),
calendar as (
    select day from core.calendar
),
volume_limits as (
    select * from run.volume_limits
),
rows_by_day as (
    select * from core.rows_by_day
),
begun as (
    select table_name, source, min(dated_on) as first_on
    from rows_by_day
    group by table_name, source
),
last_days as (
    select calendar.day as dated_on
    from calendar
    cross join params
    where calendar.day < params.as_of
        and calendar.day >= cast(params.as_of - interval '7' day as date)
),
earlier as (
    select
        volume_limits.table_name, volume_limits.source,
        last_days.dated_on,
        calendar.day as earlier_on
    from volume_limits
    cross join last_days
    inner join begun
        on volume_limits.table_name = begun.table_name
        and volume_limits.source = begun.source
    inner join calendar
        on calendar.day >= begun.first_on
        and calendar.day < last_days.dated_on
        and calendar.day >= cast(last_days.dated_on - interval '28' day as date)
        and mod(date_diff('day', calendar.day, last_days.dated_on), 7) = 0
),
counted as (
    select
        earlier.table_name, earlier.source, earlier.dated_on,
        coalesce(rows_by_day.rows_there, 0) as rows_there,
        row_number() over (
            partition by earlier.table_name, earlier.source, earlier.dated_on
            order by coalesce(rows_by_day.rows_there, 0), earlier.earlier_on
        ) as place,
        count(*) over (
            partition by earlier.table_name, earlier.source, earlier.dated_on
        ) as weeks
    from earlier
    left join rows_by_day
        on earlier.table_name = rows_by_day.table_name
        and earlier.source = rows_by_day.source
        and earlier.earlier_on = rows_by_day.dated_on
),
medians as (
    -- the one or the two in the middle
    select
        table_name, source, dated_on, weeks,
        sum(case when mod(weeks, 2) = 1 then 2 * rows_there else rows_there end)
            as twice_usual,
        min(rows_there) as lower_middle
    from counted
    where 2 * place >= weeks and 2 * place <= weeks + 2
    group by table_name, source, dated_on, weeks
),
final as (
    select
        medians.table_name, medians.source,
        coalesce(rows_by_day.rows_there, 0) as rows_there,
        cast(medians.twice_usual as bigint) as twice_usual,
        medians.weeks,
        medians.dated_on
    from medians
    left join rows_by_day
        on medians.table_name = rows_by_day.table_name
        and medians.source = rows_by_day.source
        and medians.dated_on = rows_by_day.dated_on
    where medians.weeks >= 2
        and medians.lower_middle > 0
)
select * from final
