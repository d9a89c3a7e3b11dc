-- A stage of the funnel and the open deals in it, weighted by the share of closed deals
-- that were won after reaching it. Empty without funnel.stages in pharos.yaml.
-- grain: stage
-- needs: opportunities
-- mart: yes
-- units: position count, deals count, without_amount count, value money
-- units: chance share, chance_low share, chance_high share, closed count
-- units: weighted_value money, stuck count, regressions count, skipped count
-- column: stage  name of the stage
-- column: position  its place, from 1 on
-- column: deals  open deals that are in it now
-- column: without_amount  of them, those without an amount: they add nothing to value
-- column: value  amount of the open deals
-- column: chance  share won of the closed deals that reached the stage
-- column: chance_low  lower end of the 95 % Wilson interval
-- column: chance_high  upper end of the 95 % Wilson interval
-- column: closed  closed deals that the chance stands on
-- column: weighted_value  value times chance; NULL when no deal was closed
-- column: stuck  open deals that are in it longer than nine in ten closed ones were
-- column: regressions  how often a deal that is now here went back to an earlier stage
-- column: skipped  how many stages the deals that are now here left out, lost and won
--   too
with
chances as (
    select * from analysis.stage_chances
),
open_deals as (
    select
        position,
        count(*) as deals,
        count(case when amount is null then 1 end) as without_amount,
        cast(coalesce(sum(amount), 0) as decimal(38, 4)) as value,
        count(case when is_stuck then 1 end) as stuck
    from analysis.open_deals
    group by position
),
moves as (
    select
        position,
        cast(sum(regressions) as bigint) as regressions,
        cast(sum(skipped) as bigint) as skipped
    from analysis.stage_reached
    group by position
),
intervals as (
    select * from analysis.intervals
),
final as (
    select
        cast(chances.stage as varchar) as stage,
        cast(chances.position as bigint) as position,
        cast(coalesce(open_deals.deals, 0) as bigint) as deals,
        cast(coalesce(open_deals.without_amount, 0) as bigint) as without_amount,
        cast(coalesce(open_deals.value, 0) as decimal(38, 4)) as value,
        cast(intervals.rate as double) as chance,
        cast(intervals.rate_low as double) as chance_low,
        cast(intervals.rate_high as double) as chance_high,
        cast(chances.closed as bigint) as closed,
        cast(
            round(
                cast(coalesce(open_deals.value, 0) as double) * intervals.rate,
                4
            ) as decimal(38, 4)
        ) as weighted_value,
        cast(coalesce(open_deals.stuck, 0) as bigint) as stuck,
        cast(coalesce(moves.regressions, 0) as bigint) as regressions,
        cast(coalesce(moves.skipped, 0) as bigint) as skipped
    from chances
    left join open_deals
        on chances.position = open_deals.position
    left join moves
        on chances.position = moves.position
    left join intervals
        on chances.closed = intervals.trials
        and chances.won = intervals.hits
)
select * from final
