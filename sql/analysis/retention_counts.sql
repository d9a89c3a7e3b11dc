-- A cohort within a group of mart retention_by, and an age at which some of its
-- customers were active: how many of them, how many without a pause since age 0, for
-- how many it was the last time, and their net revenue.
-- grain: period_kind, segmentation, segment, cohort_index, age
-- needs: order_lines
-- units: age periods, active count, streak count, last_seen count
-- units: revenue money, weight money
-- column: revenue  net revenue of the age
-- column: weight  net revenue that the customers active at this age had at age 0
with
retention_steps as (
    select * from analysis.retention_steps
),
retention_grids as (
    select * from run.retention_grids
),
retention_entries as (
    select * from analysis.retention_entries
),
retention_members as (
    select * from analysis.retention_members
),
final as (
    select
        retention_steps.period_kind,
        retention_members.segmentation, retention_members.segment,
        retention_entries.cohort_index,
        retention_steps.age,
        count(*) as active,
        count(case when retention_steps.is_streak then 1 end) as streak,
        count(case when retention_steps.is_last then 1 end) as last_seen,
        cast(sum(retention_steps.revenue) as decimal(38, 4)) as revenue,
        cast(sum(retention_steps.weight) as decimal(38, 4)) as weight
    from retention_steps
    inner join retention_grids
        on retention_steps.period_kind = retention_grids.period_kind
    inner join retention_entries
        on retention_steps.customer_id = retention_entries.customer_id
        and retention_grids.unit = retention_entries.unit
    inner join retention_members
        on retention_steps.customer_id = retention_members.customer_id
    group by
        retention_steps.period_kind, retention_members.segmentation,
        retention_members.segment, retention_entries.cohort_index, retention_steps.age
)
select * from final
