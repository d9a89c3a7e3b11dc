-- A stage of the sales funnel for the opportunities that began in one period, or for
-- all of them: how many reached it, how many of these went on, and how many are still
-- there, who are counted as neither converted nor lost. Who reached a stage reached all
-- before it. Empty without funnel.stages in pharos.yaml.
-- grain: stage, cohort
-- needs: opportunities
-- mart: yes
-- units: position count, entered count, converted count, still_open count, lost count
-- units: conversion share, conversion_low share, conversion_high share
-- units: median_days days, timed count
-- column: cohort  first day of the period in which they began; unknown; all
-- column: stage  name of the stage
-- column: position  its place, from 1 on
-- column: entered  opportunities that reached it
-- column: converted  of them, those that reached the next; of the last, those signed
-- column: still_open  of them, those that came no further and are open
-- column: lost  of them, those that came no further and are lost
-- column: conversion  converted divided by entered; the open ones are in entered
-- column: conversion_low  lower end of the 95 % Wilson interval
-- column: conversion_high  upper end of the 95 % Wilson interval
-- column: median_days  days after which half had left the stage, forward or lost, those
--   still there counted as such (Kaplan and Meier); NULL while more than half are
--   there, or where the days are known of fewer than nine in ten
-- column: timed  opportunities of which the days in the stage are known
with
cells as (
    select
        segmentation, segment, position, stage,
        entered, converted, still_open, lost
    from analysis.funnel_cells
    where segmentation in ('all', 'cohort')
),
intervals as (
    select * from analysis.intervals
),
times as (
    select segmentation, segment, position, timed, median_days
    from fit.stage_times
    where segmentation in ('all', 'cohort')
),
final as (
    select
        cast(cells.segment as varchar) as cohort,
        cast(cells.stage as varchar) as stage,
        cast(cells.position as bigint) as position,
        cast(cells.entered as bigint) as entered,
        cast(cells.converted as bigint) as converted,
        cast(cells.still_open as bigint) as still_open,
        cast(cells.lost as bigint) as lost,
        cast(intervals.rate as double) as conversion,
        cast(intervals.rate_low as double) as conversion_low,
        cast(intervals.rate_high as double) as conversion_high,
        cast(
            case when 10 * times.timed >= 9 * cells.entered then times.median_days end
            as double
        ) as median_days,
        cast(coalesce(times.timed, 0) as bigint) as timed
    from cells
    left join intervals
        on cells.entered = intervals.trials
        and cells.converted = intervals.hits
    left join times
        on cells.segmentation = times.segmentation
        and cells.segment = times.segment
        and cells.position = times.position
)
select * from final
