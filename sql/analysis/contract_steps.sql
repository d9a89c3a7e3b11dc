-- A stretch of time over which contracts are compared, half-open: what was in force on
-- the last day before it with what is in force on its last day. The kind window is the
-- twelve months before D; the others are the months, quarters and years.
-- grain: period_kind, period_on
-- needs: none
-- view: yes
with
contract_periods as (
    select * from analysis.contract_periods
),
params as (
    select * from run.params
),
final as (
    select
        'window' as period_kind, previous_as_of as period_on,
        previous_as_of as starts_on, as_of as ends_on,
        'observed' as state
    from params
    union all
    select period_kind, period_on, starts_on, ends_on, state
    from contract_periods
)
select * from final
