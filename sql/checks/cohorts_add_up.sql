-- The cohorts, and how many of them break a law: all of a cohort are active at age 0,
-- nobody is active beyond the cohort's size, the unbounded count never grows with age;
-- and all cohorts together are all customers who were ever active (counted as one
-- more).
-- grain: table_name
-- needs: order_lines
-- severity: error
-- units: failing count, tested count

with cohort_cells as (
    select * from analysis.cohort_cells
),
activity_spans as (
    select * from analysis.activity_spans
),
stepped as (
    select
        cohort_index, cohort_size, age, measure, active,
        lag(active) over (
            partition by cohort_index, measure
            order by age
        ) as active_before
    from cohort_cells
),
cohorts as (
    select
        cohort_index,
        max(cohort_size) as cohort_size,
        max(
            case
                when age = 0 and active <> cohort_size then 1
                when active > cohort_size then 1
                when measure = 'unbounded' and active > active_before then 1
                else 0
            end
        ) as is_broken
    from stepped
    group by cohort_index
),
ever_active as (
    select count(*) as customers
    from activity_spans
),
sums as (
    select
        coalesce(sum(cohort_size), 0) as customers,
        coalesce(sum(is_broken), 0) as broken,
        count(*) as cohorts
    from cohorts
),
final as (
    select
        'retention_cohorts' as table_name,
        cast(
            sums.broken
            + case when sums.customers = ever_active.customers then 0 else 1 end
            as bigint
        ) as failing,
        sums.cohorts + 1 as tested
    from sums
    cross join ever_active
)
select * from final
