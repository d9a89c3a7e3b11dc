-- What was won or lost before D, and how long it took from the beginning to the end:
-- mean beside median, since a few long deals draw the mean.
-- grain: outcome
-- needs: opportunities
-- mart: yes
-- units: deals count, timed count, mean_days days, median_days days
-- column: outcome  won or lost
-- column: deals  so many opportunities
-- column: timed  of them, those whose beginning and end are known and in this order
-- column: mean_days  mean of their days
-- column: median_days  half of them took at most so long
with
deal_days as (
    select * from analysis.deal_days where segmentation = 'all'
),
final as (
    select
        cast(state as varchar) as outcome,
        cast(deals as bigint) as deals,
        cast(timed as bigint) as timed,
        cast(mean_days as double) as mean_days,
        cast(median_days as double) as median_days
    from deal_days
)
select * from final
