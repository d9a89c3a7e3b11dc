-- A stage of the sales funnel for the opportunities of one owner, source or product, or
-- of customers of one kind, region, industry, tier of today or segment of the analyst's
-- own. What nobody knows of any opportunity is left out. Empty without funnel.stages in
-- pharos.yaml.
-- grain: segmentation, segment, stage
-- needs: opportunities
-- mart: yes
-- units: position count, entered count, converted count, still_open count, lost count
-- units: conversion share, conversion_low share, conversion_high share
-- units: median_days days
-- column: segmentation  owner, source, product, kind, region, industry, tier, or the
--   name of an own segmentation
-- column: segment  one of them; unknown or unassigned where nobody says
-- column: stage  name of the stage
-- column: position  its place, from 1 on
-- column: entered  opportunities that reached it
-- column: converted  of them, those that reached the next; of the last, those signed
-- column: still_open  of them, those that came no further and are open
-- column: lost  of them, those that came no further and are lost
-- column: conversion  converted divided by entered; the open ones are in entered
-- column: conversion_low  lower end of the 95 % Wilson interval
-- column: conversion_high  upper end of the 95 % Wilson interval
-- column: median_days  as in mart funnel
with
cells as (
    select
        segmentation, segment, position, stage,
        entered, converted, still_open, lost
    from analysis.funnel_cells
    where segmentation not in ('all', 'cohort')
),
intervals as (
    select * from analysis.intervals
),
times as (
    select * from fit.stage_times
),
final as (
    select
        cast(cells.segmentation as varchar) as segmentation,
        cast(cells.segment as varchar) as segment,
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
        ) as median_days
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
