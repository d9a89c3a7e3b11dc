-- One cell of the retention grid: a cohort, its age in whole periods, a measure. The
-- grid is rectangular: every cohort has every age that the oldest cohort has reached on
-- the day before D. Cells that lie in the future hold NULL, never 0.
-- grain: cohort_index, age, measure
-- needs: none
-- units: age periods, cohort_size count, active count

with cohort_ages as (
    select * from analysis.cohort_ages
),
calendar as (
    select * from core.calendar
),
params as (
    select * from run.params
),
last_period as (
    select
        calendar.period_index as last_index,
        case
            when calendar.next_period_on <= params.as_of then 'observed'
            else 'in_progress'
        end as last_state
    from params
    inner join calendar
        on params.last_day = calendar.day
),
first_cohort as (
    select min(cohort_index) as first_index
    from cohort_ages
),
ages as (
    select distinct calendar.period_index - first_cohort.first_index as age
    from calendar
    cross join first_cohort
    cross join last_period
    where
        calendar.period_index >= first_cohort.first_index
        and calendar.period_index <= last_period.last_index
),
cohorts as (
    select
        cohort_ages.cohort_index,
        calendar.period_on as cohort_on,
        cohort_ages.active as cohort_size
    from cohort_ages
    inner join calendar
        on cohort_ages.cohort_index = calendar.period_index
        and calendar.day = calendar.period_on
    where cohort_ages.age = 0
),
counted as (
    select
        cohorts.cohort_index,
        cohorts.cohort_on,
        cohorts.cohort_size,
        ages.age,
        cohorts.cohort_index + ages.age - last_period.last_index as ahead,
        last_period.last_state,
        coalesce(cohort_ages.active, 0) as classic,
        cast(sum(coalesce(cohort_ages.last_seen, 0)) over (
            partition by cohorts.cohort_index
            order by ages.age desc
            rows between unbounded preceding and current row
        ) as bigint) as unbounded
    from cohorts
    cross join ages
    cross join last_period
    left join cohort_ages
        on cohorts.cohort_index = cohort_ages.cohort_index
        and ages.age = cohort_ages.age
),
cells as (
    select
        cohort_index, cohort_on, cohort_size, age, ahead, last_state,
        'classic' as measure, classic as active
    from counted
    union all
    select
        cohort_index, cohort_on, cohort_size, age, ahead, last_state,
        'unbounded' as measure, unbounded as active
    from counted
),
final as (
    select
        cohort_index,
        age,
        measure,
        case
            when ahead < 0 then 'observed'
            when ahead = 0 then last_state
            else 'future'
        end as state,
        cohort_size,
        case when ahead <= 0 then active end as active,
        cohort_on
    from cells
)
select * from final
