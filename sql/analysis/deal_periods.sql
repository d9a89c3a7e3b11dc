-- A month, quarter or year and the deals that were won and lost in it.
-- grain: period_kind, period_on
-- needs: none
-- units: won count, lost count, won_value money
with
states as (
    select * from analysis.opportunity_states where state <> 'open'
),
calendar as (
    select * from core.calendar
),
closed as (
    select
        calendar.month_on, calendar.quarter_on, calendar.year_on,
        states.state,
        case when states.state = 'won' then states.amount else 0 end as won_value
    from states
    inner join calendar
        on states.ended_on = calendar.day
),
dated as (
    select 'month' as period_kind, month_on as period_on, state, won_value from closed
    union all
    select 'quarter', quarter_on, state, won_value from closed
    union all
    select 'year', year_on, state, won_value from closed
),
final as (
    select
        period_kind, period_on,
        count(case when state = 'won' then 1 end) as won,
        count(case when state = 'lost' then 1 end) as lost,
        cast(coalesce(sum(won_value), 0) as decimal(38, 4)) as won_value
    from dated
    group by period_kind, period_on
)
select * from final
