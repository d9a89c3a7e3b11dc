-- A period and what became of the contracts whose term ended in it: how many were
-- renewed, are pending or lapsed, and what they were and are worth a month; beside them
-- those that were ended early in it. The period window is the twelve months before D.
-- grain: period_kind, period_on
-- needs: none
-- units: due count, renewed count, pending count, lost count, early_terminations count
-- units: value_due money, value_pending money, value_renewed money, value_kept money
-- units: early_value money, upgrades count, downgrades count
-- column: period_kind  period, or window
-- column: value_kept  of each contract the smaller of its value and its renewal's
with
renewals as (
    select * from analysis.renewal_states
),
calendar as (
    select * from core.calendar
),
params as (
    select * from run.params
),
ended as (
    select
        'period' as period_kind, calendar.period_on,
        case when calendar.next_period_on > params.as_of then 1 else 0 end as is_open,
        renewals.state, renewals.change_kind,
        renewals.value_due, coalesce(renewals.value_renewed, 0) as value_renewed
    from renewals
    cross join params
    inner join calendar
        on renewals.ended_on = calendar.day
    where renewals.state in ('renewed', 'pending', 'lapsed', 'terminated_early')
    union all
    select
        'window', params.previous_as_of, 0,
        renewals.state, renewals.change_kind,
        renewals.value_due, coalesce(renewals.value_renewed, 0)
    from renewals
    cross join params
    where renewals.state in ('renewed', 'pending', 'lapsed', 'terminated_early')
        and renewals.ended_on >= params.previous_as_of
),
final as (
    select
        period_kind, period_on,
        case
            when max(is_open) = 1 or count(case when state = 'pending' then 1 end) > 0
                then 'in_progress'
            else 'observed'
        end as state,
        count(case when state <> 'terminated_early' then 1 end) as due,
        count(case when state = 'renewed' then 1 end) as renewed,
        count(case when state = 'pending' then 1 end) as pending,
        count(case when state = 'lapsed' then 1 end) as lost,
        count(case when state = 'terminated_early' then 1 end) as early_terminations,
        count(case when state = 'renewed' and change_kind = 'upgrade' then 1 end)
            as upgrades,
        count(case when state = 'renewed' and change_kind = 'downgrade' then 1 end)
            as downgrades,
        sum(case when state <> 'terminated_early' then value_due else 0 end)
            as value_due,
        sum(case when state = 'pending' then value_due else 0 end) as value_pending,
        sum(case when state = 'renewed' then value_renewed else 0 end) as value_renewed,
        sum(
            case
                when state <> 'renewed' then 0
                when value_renewed < value_due then value_renewed
                else value_due
            end
        ) as value_kept,
        sum(case when state = 'terminated_early' then value_due else 0 end)
            as early_value
    from ended
    group by period_kind, period_on
)
select * from final
