-- A segment, an age and a measure of mart retention_by, pooled over the cohorts of the
-- grid whose period of that age is complete.
-- grain: period_kind, segmentation, segment, age, measure
-- needs: order_lines
-- units: age periods, customers count, kept count, revenue_at_start money
-- units: revenue money
with
retention_measures as (
    select * from analysis.retention_measures
),
final as (
    select
        period_kind, segmentation, segment, age, measure,
        cast(sum(cohort_size) as bigint) as customers,
        cast(sum(active) as bigint) as kept,
        cast(sum(revenue_at_start) as decimal(38, 4)) as revenue_at_start,
        cast(sum(revenue) as decimal(38, 4)) as revenue
    from retention_measures
    where state = 'observed'
    group by period_kind, segmentation, segment, age, measure
)
select * from final
