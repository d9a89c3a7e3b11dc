-- A grid of mart retention_by, and what it leaves out: cohorts older than the youngest
-- `retention.at_most`, ages beyond as many, segments that stand under (other).
-- Customers of a cohort that is left out are in no cell; an age that is left out still
-- counts in unbounded.
-- grain: period_kind, by
-- needs: order_lines
-- mart: yes
-- units: cohorts count, cohorts_left_out count, ages count, ages_left_out count
-- units: customers count, customers_left_out count, other_customers count
-- column: period_kind  how cohorts and ages are counted
-- column: by  what the customers are divided by; all is nothing
-- column: cohorts  cohorts that stand in the grid
-- column: cohorts_left_out  older ones, which do not
-- column: ages  ages that stand in the grid, 0 among them
-- column: ages_left_out  ages that have begun for some cohort and do not
-- column: customers  customers of the cohorts in the grid
-- column: customers_left_out  customers of older cohorts
-- column: other_customers  of all: in a segment that stands under (other)
with
retention_sizes as (
    select * from analysis.retention_sizes
),
params as (
    select * from run.params
),
cohorts as (
    select
        retention_sizes.period_kind, retention_sizes.segmentation,
        retention_sizes.cohort_index,
        params.retention_at_most as at_most,
        min(retention_sizes.place) as place,
        max(retention_sizes.begun_ages) as begun_ages,
        sum(retention_sizes.cohort_size) as customers,
        sum(case
            when retention_sizes.segment = '(other)' then retention_sizes.cohort_size
            else 0
        end) as other_customers
    from retention_sizes
    cross join params
    group by
        retention_sizes.period_kind, retention_sizes.segmentation,
        retention_sizes.cohort_index, params.retention_at_most
),
counted as (
    select
        period_kind, segmentation,
        count(case when place <= at_most then 1 end) as cohorts,
        count(case when place > at_most then 1 end) as cohorts_left_out,
        coalesce(max(case when place <= at_most then begun_ages end), 0)
            as grid_ages,
        max(begun_ages) as begun_ages, max(at_most) as at_most,
        sum(case when place <= at_most then customers else 0 end) as customers,
        sum(case when place > at_most then customers else 0 end)
            as customers_left_out,
        sum(other_customers) as other_customers
    from cohorts
    group by period_kind, segmentation
),
placed as (
    select
        period_kind, segmentation, cohorts, cohorts_left_out,
        case when grid_ages > at_most then at_most else grid_ages end as ages,
        begun_ages, customers, customers_left_out, other_customers
    from counted
),
final as (
    select
        cast(period_kind as varchar) as period_kind,
        cast(segmentation as varchar) as "by",
        cast(cohorts as bigint) as cohorts,
        cast(cohorts_left_out as bigint) as cohorts_left_out,
        cast(ages as bigint) as ages,
        cast(begun_ages - ages as bigint) as ages_left_out,
        cast(customers as bigint) as customers,
        cast(customers_left_out as bigint) as customers_left_out,
        cast(other_customers as bigint) as other_customers
    from placed
)
select * from final
