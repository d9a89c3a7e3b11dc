-- One day from which customers are looked at: D itself (now), the day before which the
-- models learn when they are tried on what came after it (holdout), and D a year ago
-- (backtest), when potential was named that can be judged today. The hold-out is what
-- pharos.yaml says, else the last twelve months, and never more than the later half of
-- the history, so that no model learns from less than it predicts.
-- grain: cut_on
-- needs: none
-- units: days_after days, history_days days
-- column: cut_on  what happened before this day counts
-- column: days_after  the days from then until D
-- column: history_days  the days from the first activity until then

with activity as (
    select * from core.activity
),
params as (
    select * from run.params
),
lifetime as (
    select * from run.lifetime
),
calendar as (
    select day from core.calendar
),
spans as (
    select
        params.as_of, params.previous_as_of,
        firsts.first_on,
        lifetime.holdout_days > 0 as is_asked,
        case
            when lifetime.holdout_days > 0 then lifetime.holdout_days
            else date_diff('day', params.previous_as_of, params.as_of)
        end as most_days,
        date_diff('day', firsts.first_on, params.as_of) as all_days
    from (select min(active_on) as first_on from activity) as firsts
    cross join params
    cross join lifetime
),
holdouts as (
    select min(calendar.day) as cut_on
    from calendar
    cross join spans
    where calendar.day < spans.as_of
        and date_diff('day', calendar.day, spans.as_of) <= spans.most_days
        and (
            spans.is_asked
            or 2 * date_diff('day', calendar.day, spans.as_of) <= spans.all_days
        )
),
cuts as (
    select as_of as cut_on, 1 as is_now, 0 as is_holdout, 0 as is_backtest
    from spans
    union all
    select cut_on, 0, 1, 0
    from holdouts
    union all
    select previous_as_of, 0, 0, 1
    from spans
),
final as (
    select
        cuts.cut_on,
        max(cuts.is_now) = 1 as is_now,
        max(cuts.is_holdout) = 1 as is_holdout,
        max(cuts.is_backtest) = 1 as is_backtest,
        cast(date_diff('day', cuts.cut_on, spans.as_of) as bigint) as days_after,
        cast(date_diff('day', spans.first_on, cuts.cut_on) as bigint) as history_days
    from cuts
    cross join spans
    where cuts.cut_on > spans.first_on
    group by cuts.cut_on, spans.as_of, spans.first_on
)
select * from final
