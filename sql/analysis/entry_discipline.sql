-- An owner and how early and how fully they record their opportunities. Points are
-- those of funnel.rewards; the share of all points is the share of new opportunities
-- that the records earn.
-- grain: owner_id
-- needs: opportunities
-- mart: yes
-- units: opportunities count, recorded count, timely count, timeliness share
-- units: timeliness_low share, timeliness_high share, filled count, required count
-- units: completeness share, completeness_low share, completeness_high share
-- units: points count, points_each ratio, points_share share
-- column: owner_id  who looks after them; unassigned
-- column: recorded  opportunities whose beginning and day of recording are known
-- column: timely  of them, recorded within funnel.entry_within
-- column: timeliness  timely divided by recorded
-- column: timeliness_low  lower end of the 95 % Wilson interval
-- column: timeliness_high  upper end of the 95 % Wilson interval
-- column: filled  required fields that are filled
-- column: required  fields that funnel.required asks for
-- column: completeness  filled divided by required
-- column: completeness_low  lower end of the 95 % Wilson interval over fields
-- column: completeness_high  upper end of the 95 % Wilson interval over fields
-- column: points  what the records earn
-- column: points_each  points per opportunity
-- column: points_share  share of the points of all owners, the unassigned left out
with
deals as (
    select * from analysis.owner_deals where segmentation = 'owner'
),
points as (
    select * from analysis.entry_points
),
totals as (
    select sum(points) as points
    from points
    where owner_id <> 'unassigned'
),
intervals as (
    select * from analysis.intervals
),
final as (
    select
        cast(deals.segment as varchar) as owner_id,
        cast(deals.opportunities as bigint) as opportunities,
        cast(deals.recorded as bigint) as recorded,
        cast(deals.timely as bigint) as timely,
        cast(timely.rate as double) as timeliness,
        cast(timely.rate_low as double) as timeliness_low,
        cast(timely.rate_high as double) as timeliness_high,
        cast(deals.filled as bigint) as filled,
        cast(deals.required as bigint) as required,
        cast(complete.rate as double) as completeness,
        cast(complete.rate_low as double) as completeness_low,
        cast(complete.rate_high as double) as completeness_high,
        cast(coalesce(points.points, 0) as bigint) as points,
        cast(coalesce(points.points, 0) as double)
            / nullif(cast(deals.opportunities as double), 0) as points_each,
        case
            when deals.segment <> 'unassigned'
                then cast(coalesce(points.points, 0) as double)
                    / nullif(cast(totals.points as double), 0)
        end as points_share
    from deals
    cross join totals
    left join points
        on deals.segment = points.owner_id
    left join intervals as timely
        on deals.recorded = timely.trials
        and deals.timely = timely.hits
    left join intervals as complete
        on deals.required = complete.trials
        and deals.filled = complete.hits
)
select * from final
