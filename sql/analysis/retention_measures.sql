-- One measure of one cell of the grids of mart retention_by: the
-- customers it counts, or the money it compares.
-- grain: period_kind, segmentation, segment, cohort_index, age, measure
-- needs: order_lines
-- units: age periods, cohort_size count, active count
-- units: revenue_at_start money, revenue money
-- column: revenue_at_start  NULL for a measure of customers
with
retention_cells as (
    select * from analysis.retention_cells
),
measures as (
    select measure from (
        values
            ('classic'), ('unbounded'), ('streak'),
            ('revenue_weighted'), ('net_revenue')
    ) as listed (measure)
),
final as (
    select
        retention_cells.period_kind,
        retention_cells.segmentation, retention_cells.segment,
        retention_cells.cohort_index, retention_cells.age,
        measures.measure,
        retention_cells.state,
        retention_cells.cohort_size,
        case
            when retention_cells.state = 'future' then null
            when measures.measure = 'unbounded' then retention_cells.unbounded
            when measures.measure = 'streak' then retention_cells.streak
            else retention_cells.classic
        end as active,
        case measures.measure
            when 'revenue_weighted' then retention_cells.weight_at_start
            when 'net_revenue' then retention_cells.revenue_at_start
        end as revenue_at_start,
        case
            when retention_cells.state = 'future' then null
            when measures.measure = 'revenue_weighted' then retention_cells.weight
            when measures.measure = 'net_revenue' then retention_cells.revenue
        end as revenue,
        retention_cells.cohort_on
    from retention_cells
    cross join measures
)
select * from final
