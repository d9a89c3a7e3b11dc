-- A month, quarter or year and the deals that were won and lost in it, whenever they
-- began. A deal whose day of closing nobody knows is in no period.
-- grain: period_kind, period
-- needs: opportunities
-- mart: yes
-- units: won count, lost count, won_value money
-- units: close_rate share, close_low share, close_high share
-- column: period_kind  month, quarter or year
-- column: period  its first day
-- column: close_rate  won divided by won and lost
-- column: close_low  lower end of the 95 % Wilson interval
-- column: close_high  upper end of the 95 % Wilson interval
with
periods as (
    select * from analysis.deal_periods
),
intervals as (
    select * from analysis.intervals
),
final as (
    select
        cast(periods.period_kind as varchar) as period_kind,
        cast(periods.period_on as date) as period,
        cast(periods.won as bigint) as won,
        cast(periods.lost as bigint) as lost,
        cast(periods.won_value as decimal(38, 4)) as won_value,
        cast(intervals.rate as double) as close_rate,
        cast(intervals.rate_low as double) as close_low,
        cast(intervals.rate_high as double) as close_high
    from periods
    left join intervals
        on periods.won + periods.lost = intervals.trials
        and periods.won = intervals.hits
)
select * from final
