-- How many of the customers of a segment are still there after so many months, among
-- those of whom it is known how long they have been customers: by contracts, by the
-- days of acquisition and departure, or by an attribute (Kaplan and Meier 1958).
-- grain: segmentation, segment, months
-- needs: contracts | departures
-- mart: yes
-- units: months months, at_risk count, ended count, survival share, low share
-- units: high share, median months
-- column: segmentation  all, tier, or another segmentation of at most 24 segments
-- column: segment  the segment, as it is today; all
-- column: months  whole months as a customer; the row holds until that of more months
-- column: at_risk  customers who were still there so long, and whose stay is known on
-- column: ended  of them, those who left then
-- column: survival  share still there after so many months
-- column: low  lower end of its 95 % interval
-- column: high  upper end
-- column: median  months after which half are left; NULL while more than half still are
with
survival as (
    select * from fit.survival
),
final as (
    select
        cast(segmentation as varchar) as segmentation,
        cast(segment as varchar) as segment,
        cast(months as bigint) as months,
        cast(at_risk as bigint) as at_risk,
        cast(ended as bigint) as ended,
        cast(survival as double) as survival,
        cast(low as double) as low,
        cast(high as double) as high,
        cast(median as double) as median
    from survival
)
select * from final
