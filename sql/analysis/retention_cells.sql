-- One cell of a grid of mart retention_by: a group, a cohort and an age. A grid holds
-- the youngest `retention.at_most` cohorts (default 60) and so many ages, is
-- rectangular up to the age that its oldest cohort has reached, and counts every
-- later activity whether it shows the age or not. The future is NULL, never 0.
-- grain: period_kind, segmentation, segment, cohort_index, age
-- needs: order_lines
-- units: age periods, cohort_size count, classic count, unbounded count, streak count
-- units: revenue_at_start money, weight_at_start money, revenue money, weight money
with
retention_sizes as (
    select * from analysis.retention_sizes
),
retention_counts as (
    select * from analysis.retention_counts
),
retention_ages as (
    select * from run.retention_ages
),
params as (
    select * from run.params
),
cohorts as (
    select
        retention_sizes.period_kind,
        retention_sizes.segmentation, retention_sizes.segment,
        retention_sizes.cohort_index, retention_sizes.cohort_size,
        retention_sizes.complete_ages, retention_sizes.begun_ages,
        max(retention_sizes.begun_ages) over (
            partition by retention_sizes.period_kind
        ) as ages,
        retention_sizes.cohort_on
    from retention_sizes
    cross join params
    where retention_sizes.place <= params.retention_at_most
),
totals as (
    select
        period_kind, segmentation, segment, cohort_index,
        cast(sum(last_seen) as bigint) as ever_active,
        cast(sum(case when age = 0 then revenue else 0 end) as decimal(38, 4))
            as revenue_at_start,
        cast(sum(case when age = 0 then weight else 0 end) as decimal(38, 4))
            as weight_at_start
    from retention_counts
    group by period_kind, segmentation, segment, cohort_index
),
counted as (
    select
        cohorts.period_kind, cohorts.segmentation, cohorts.segment,
        cohorts.cohort_index, cohorts.cohort_on, cohorts.cohort_size,
        cohorts.complete_ages, cohorts.begun_ages,
        retention_ages.age,
        coalesce(retention_counts.active, 0) as classic,
        coalesce(retention_counts.streak, 0) as streak,
        coalesce(totals.ever_active, 0) - coalesce(cast(
            sum(coalesce(retention_counts.last_seen, 0)) over (
                partition by
                    cohorts.period_kind, cohorts.segmentation, cohorts.segment,
                    cohorts.cohort_index
                order by retention_ages.age
                rows between unbounded preceding and 1 preceding
            ) as bigint), 0) as unbounded,
        coalesce(totals.revenue_at_start, 0) as revenue_at_start,
        coalesce(totals.weight_at_start, 0) as weight_at_start,
        coalesce(retention_counts.revenue, 0) as revenue,
        coalesce(retention_counts.weight, 0) as weight
    from cohorts
    inner join retention_ages
        on retention_ages.age < cohorts.ages
    left join totals
        on cohorts.period_kind = totals.period_kind
        and cohorts.segmentation = totals.segmentation
        and cohorts.segment = totals.segment
        and cohorts.cohort_index = totals.cohort_index
    left join retention_counts
        on cohorts.period_kind = retention_counts.period_kind
        and cohorts.segmentation = retention_counts.segmentation
        and cohorts.segment = retention_counts.segment
        and cohorts.cohort_index = retention_counts.cohort_index
        and retention_ages.age = retention_counts.age
),
final as (
    select
        period_kind, segmentation, segment, cohort_index, age,
        case
            when age < complete_ages then 'observed'
            when age < begun_ages then 'in_progress'
            else 'future'
        end as state,
        cohort_size, classic, unbounded, streak,
        revenue_at_start, weight_at_start, revenue, weight,
        cohort_on
    from counted
)
select * from final
