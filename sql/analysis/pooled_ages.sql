-- An age in whole periods and a measure, pooled over all cohorts whose period of that
-- age is complete: how many customers these cohorts began with and how many of them
-- were kept.
-- grain: age, measure
-- needs: none
-- units: age periods, customers count, kept count

with cohort_cells as (
    select * from analysis.cohort_cells
),
final as (
    select
        age,
        measure,
        cast(sum(cohort_size) as bigint) as customers,
        cast(sum(active) as bigint) as kept
    from cohort_cells
    where state = 'observed'
    group by age, measure
)
select * from final
