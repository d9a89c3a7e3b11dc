-- A period and the contracts whose term ended in it: how many were renewed. A contract
-- that ended without renewal is pending until its grace is over, and stands in no rate
-- before; so the newest periods read high until then and are marked in_progress.
-- Contracts that were cancelled before their term ended stand beside. A period in which
-- none ended has no row.
-- grain: period
-- needs: contracts
-- mart: yes
-- units: due count, renewed count, pending count, lost count, early_terminations count
-- units: upgrades count, downgrades count
-- units: rate share, rate_low share, rate_high share, grr share, nrr share
-- units: value_due money, value_pending money, value_renewed money, early_value money
-- column: period  its first day, of the kind that retention is configured for
-- column: due  contracts whose term ended in it
-- column: renewed  those of them that another contract renews, started within grace
-- column: pending  those not renewed whose grace is not over
-- column: lost  those not renewed whose grace is over
-- column: rate  renewed divided by due less pending
-- column: rate_low  lower end of the 95 % Wilson interval
-- column: rate_high  upper end of the 95 % Wilson interval
-- column: value_due  what those due were worth a month
-- column: value_pending  what those pending were worth a month
-- column: value_renewed  what the renewals are worth a month
-- column: grr  the smaller of each two values, over value_due less value_pending
-- column: nrr  value_renewed divided by value_due less value_pending
-- column: upgrades  renewals worth more than what they renew
-- column: downgrades  renewals worth less
-- column: early_terminations  contracts cancelled in it, before their term ended
-- column: early_value  what those were worth a month
-- column: state  observed, or in_progress: not over, or with contracts pending
with
renewal_periods as (
    select * from analysis.renewal_periods where period_kind = 'period'
),
intervals as (
    select * from analysis.intervals
),
final as (
    select
        cast(periods.period_on as date) as period,
        cast(periods.due as bigint) as due,
        cast(periods.renewed as bigint) as renewed,
        cast(periods.pending as bigint) as pending,
        cast(intervals.rate as double) as rate,
        cast(periods.value_due as decimal(38, 4)) as value_due,
        cast(periods.value_renewed as decimal(38, 4)) as value_renewed,
        cast(periods.value_kept as double)
            / nullif(cast(periods.value_due - periods.value_pending as double), 0)
            as grr,
        cast(periods.value_renewed as double)
            / nullif(cast(periods.value_due - periods.value_pending as double), 0)
            as nrr,
        cast(periods.lost as bigint) as lost,
        cast(periods.early_terminations as bigint) as early_terminations,
        cast(periods.early_value as decimal(38, 4)) as early_value,
        cast(intervals.rate_low as double) as rate_low,
        cast(intervals.rate_high as double) as rate_high,
        cast(periods.value_pending as decimal(38, 4)) as value_pending,
        cast(periods.upgrades as bigint) as upgrades,
        cast(periods.downgrades as bigint) as downgrades,
        cast(periods.state as varchar) as state
    from renewal_periods as periods
    left join intervals
        on periods.due - periods.pending = intervals.trials
        and periods.renewed = intervals.hits
)
select * from final
