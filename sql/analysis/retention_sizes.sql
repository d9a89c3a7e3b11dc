-- A cohort within a group of mart retention_by: its customers, and how many ages are
-- complete and have begun on the day before D. Of an elapsed grid an age is complete
-- when it is for everybody in the cohort, and has begun when it has for anybody.
-- grain: period_kind, segmentation, segment, cohort_index
-- needs: order_lines
-- units: cohort_size count, complete_ages periods, begun_ages periods
-- column: place  1 for the youngest cohort of the grid that anybody is in
with
retention_entries as (
    select * from analysis.retention_entries
),
retention_members as (
    select * from analysis.retention_members
),
retention_grids as (
    select * from run.retention_grids
),
retention_calendar as (
    select * from run.retention_calendar
),
elapsed_ages as (
    select * from analysis.elapsed_ages
),
params as (
    select * from run.params
),
sizes as (
    select
        retention_entries.unit,
        retention_members.segmentation, retention_members.segment,
        retention_entries.cohort_index,
        count(*) as cohort_size,
        min(retention_entries.entry_on) as first_entry_on,
        max(retention_entries.entry_on) as last_entry_on,
        min(retention_entries.cohort_on) as cohort_on
    from retention_entries
    inner join retention_members
        on retention_entries.customer_id = retention_members.customer_id
    group by
        retention_entries.unit, retention_members.segmentation,
        retention_members.segment, retention_entries.cohort_index
),
final as (
    select
        retention_grids.period_kind,
        sizes.segmentation, sizes.segment, sizes.cohort_index,
        sizes.cohort_size,
        case
            when retention_grids.is_elapsed then complete.age
            else on_as_of.period_index - sizes.cohort_index
        end as complete_ages,
        case
            when retention_grids.is_elapsed then begun.age + 1
            else on_last_day.period_index - sizes.cohort_index + 1
        end as begun_ages,
        dense_rank() over (
            partition by retention_grids.period_kind
            order by sizes.cohort_index desc
        ) as place,
        sizes.cohort_on
    from sizes
    cross join params
    inner join retention_grids
        on sizes.unit = retention_grids.unit
    inner join retention_calendar as on_as_of
        on sizes.unit = on_as_of.unit
        and params.as_of = on_as_of.day
    inner join retention_calendar as on_last_day
        on sizes.unit = on_last_day.unit
        and params.last_day = on_last_day.day
    left join elapsed_ages as complete
        on retention_grids.period_kind = complete.period_kind
        and sizes.last_entry_on = complete.entry_on
        and params.as_of = complete.on_day
    left join elapsed_ages as begun
        on retention_grids.period_kind = begun.period_kind
        and sizes.first_entry_on = begun.entry_on
        and params.last_day = begun.on_day
)
select * from final
