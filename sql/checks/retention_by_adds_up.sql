-- The rows of the grids of mart retention_by, and how many of their cells break a law:
-- streak is at most classic and classic at most unbounded, unbounded never grows with
-- age, and streak neither; the segments of a segmentation have together as many active
-- as the whole company; a share weighed by revenue lies between 0 and 1.
-- grain: table_name
-- needs: order_lines
-- severity: error
-- units: failing count, tested count

with retention_cells as (
    select * from analysis.retention_cells where state <> 'future'
),
stepped as (
    select
        segmentation,
        cohort_size, classic, unbounded, streak, weight, weight_at_start,
        lag(unbounded) over by_age as unbounded_before,
        lag(streak) over by_age as streak_before
    from retention_cells
    window by_age as (
        partition by period_kind, segmentation, segment, cohort_index
        order by age
    )
),
broken as (
    select count(*) as failing
    from stepped
    where streak > classic
        or classic > unbounded
        or unbounded > coalesce(unbounded_before, cohort_size)
        or streak > coalesce(streak_before, cohort_size)
        or weight > weight_at_start
        or weight < 0
),
sums as (
    select
        period_kind, segmentation, cohort_index, age,
        sum(classic) as classic,
        sum(unbounded) as unbounded
    from retention_cells
    group by period_kind, segmentation, cohort_index, age
),
different as (
    select count(*) as failing
    from sums
    inner join sums as wholes
        on sums.period_kind = wholes.period_kind
        and sums.cohort_index = wholes.cohort_index
        and sums.age = wholes.age
        and wholes.segmentation = 'all'
    where sums.classic <> wholes.classic or sums.unbounded <> wholes.unbounded
),
tested as (
    select count(*) as cells
    from retention_cells
),
final as (
    select
        'retention_by' as table_name,
        broken.failing + different.failing as failing,
        tested.cells as tested
    from broken
    cross join different
    cross join tested
)
select * from final
