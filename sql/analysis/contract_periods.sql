-- A month, quarter or year in which contracts are compared: the last 36 of each kind,
-- none before the first contract started. The one that holds the last day before D is
-- not over and ends with that day.
-- grain: period_kind, period_on
-- needs: none
-- column: starts_on  its first day
-- column: ends_on  the first day after it, at most D
with
contract_terms as (
    select * from analysis.contract_terms
),
calendar as (
    select * from core.calendar
),
params as (
    select * from run.params
),
first_contract as (
    select min(starts_on) as first_on
    from contract_terms
    where monthly_value > 0
),
periods as (
    select 'month' as period_kind, month_on as period_on, next_month_on as next_on
    from calendar
    where day = month_on
    union all
    select 'quarter', quarter_on, cast(quarter_on + interval '3' month as date)
    from calendar
    where day = quarter_on
    union all
    select 'year', year_on, cast(year_on + interval '1' year as date)
    from calendar
    where day = year_on
),
numbered as (
    select
        periods.period_kind, periods.period_on, periods.next_on,
        params.as_of,
        row_number() over (
            partition by periods.period_kind
            order by periods.period_on desc
        ) as place
    from periods
    cross join first_contract
    cross join params
    where periods.next_on > first_contract.first_on
        and periods.period_on <= params.last_day
),
final as (
    select
        period_kind, period_on,
        period_on as starts_on,
        case when next_on > as_of then as_of else next_on end as ends_on,
        case when next_on > as_of then 'in_progress' else 'observed' end as state
    from numbered
    where place <= 36
)
select * from final
