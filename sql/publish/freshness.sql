-- One source of one table that the company wants fresh, with the age of its newest row,
-- counted from that row's day to the as-of day: a row of the day before is one day old.
-- Rows of the as-of day or later do not count yet and make nothing fresh.
-- grain: table_name, source
-- needs: none
-- mart: yes
-- units: age_days days, at_most_days days
-- column: newest_on  NULL when no row is dated before the as-of day
-- column: is_stale  older than the company allows, or without a row
with
params as (
    select * from run.params
),
freshness_limits as (
    select * from run.freshness_limits
),
rows_by_day as (
    select * from core.rows_by_day
),
newest as (
    select
        rows_by_day.table_name, rows_by_day.source,
        max(rows_by_day.dated_on) as newest_on
    from rows_by_day
    cross join params
    where rows_by_day.dated_on < params.as_of
    group by rows_by_day.table_name, rows_by_day.source
),
aged as (
    select
        freshness_limits.table_name, freshness_limits.source,
        date_diff('day', newest.newest_on, params.as_of) as age_days,
        freshness_limits.at_most_days,
        newest.newest_on
    from freshness_limits
    cross join params
    left join newest
        on freshness_limits.table_name = newest.table_name
        and freshness_limits.source = newest.source
),
final as (
    select
        cast(table_name as varchar) as table_name,
        cast(source as varchar) as source,
        cast(age_days as bigint) as age_days,
        cast(at_most_days as bigint) as at_most_days,
        cast(newest_on is null or age_days > at_most_days as boolean) as is_stale,
        cast(newest_on as date) as newest_on
    from aged
)
select * from final
