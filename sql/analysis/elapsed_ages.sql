-- An elapsed grid of mart retention_by, a day on which some customer entered, and a
-- later day: how many whole periods have passed. A month has passed on the same day of
-- the next month, or on its last day where it has no such day (31 January, 28
-- February). Besides the days of activity stand D (so many periods are complete) and
-- the day before D (so many have begun, less one).
-- grain: period_kind, entry_on, on_day
-- needs: order_lines
-- units: age periods
with
retention_entries as (
    select * from analysis.retention_entries
),
retention_grids as (
    select * from run.retention_grids where is_elapsed
),
activity as (
    select * from core.activity
),
calendar as (
    select * from core.calendar
),
params as (
    select * from run.params
),
entries as (
    select
        retention_entries.customer_id, retention_grids.period_kind,
        retention_entries.unit, retention_entries.entry_on
    from retention_entries
    inner join retention_grids
        on retention_entries.unit = retention_grids.unit
),
pairs as (
    select
        entries.period_kind, entries.unit, entries.entry_on,
        activity.active_on as on_day
    from entries
    inner join activity
        on entries.customer_id = activity.customer_id
    group by
        entries.period_kind, entries.unit, entries.entry_on, activity.active_on
    union distinct
    select entries.period_kind, entries.unit, entries.entry_on, params.as_of
    from entries
    cross join params
    union distinct
    select entries.period_kind, entries.unit, entries.entry_on, params.last_day
    from entries
    cross join params
),
counted as (
    select
        pairs.period_kind, pairs.unit, pairs.entry_on, pairs.on_day,
        cast(date_diff('day', pairs.entry_on, pairs.on_day) as double) as days,
        cast(
            12 * (year(pairs.on_day) - year(pairs.entry_on))
            + month(pairs.on_day) - month(pairs.entry_on)
            - case
                when day(pairs.on_day) < day(pairs.entry_on)
                    and calendar.next_day < calendar.next_month_on then 1
                else 0
            end
            as double
        ) as months
    from pairs
    inner join calendar
        on pairs.on_day = calendar.day
),
final as (
    select
        period_kind,
        cast(floor(case unit
            when 'day' then days
            when 'week' then days / nullif(7e0, 0)
            when 'quarter' then months / nullif(3e0, 0)
            when 'year' then months / nullif(12e0, 0)
            else months
        end) as bigint) as age,
        entry_on, on_day
    from counted
)
select * from final
