-- One source of one table whose volume is watched, with the rows of its last usual day
-- before the as-of day and what that weekday usually brings. A dead export shows as a
-- usual day with too few rows, whether the table is read whole or by its changes; how
-- large the table is in all says nothing. Where no day is usual nothing is judged.
-- grain: table_name, source
-- needs: none
-- mart: yes
-- units: rows count, usual_rows count, weeks count, within_bp basis points
-- column: dated_on  the last of the seven days before the as-of day that is usual, or
--   NULL
-- column: usual_rows  median of the same weekday in the four weeks before
-- column: weeks  how many of the four weeks the source has rows for
-- column: is_unusual  further from the usual than the company allows
with
volume_limits as (
    select * from run.volume_limits
),
usual_days as (
    select * from core.usual_days
),
numbered as (
    select
        table_name, source, rows_there, twice_usual, weeks, dated_on,
        row_number() over (
            partition by table_name, source
            order by dated_on desc
        ) as place
    from usual_days
),
final as (
    select
        cast(volume_limits.table_name as varchar) as table_name,
        cast(volume_limits.source as varchar) as source,
        cast(numbered.rows_there as bigint) as rows,
        cast(numbered.twice_usual * cast(0.5 as decimal(2, 1)) as decimal(18, 1))
            as usual_rows,
        cast(numbered.weeks as bigint) as weeks,
        cast(volume_limits.within_bp as bigint) as within_bp,
        cast(
            coalesce(
                abs(2 * numbered.rows_there - numbered.twice_usual) * 10000
                > volume_limits.within_bp * numbered.twice_usual,
                false
            ) as boolean
        ) as is_unusual,
        cast(numbered.dated_on as date) as dated_on
    from volume_limits
    left join numbered
        on volume_limits.table_name = numbered.table_name
        and volume_limits.source = numbered.source
        and numbered.place = 1
)
select * from final
