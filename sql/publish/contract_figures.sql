-- One row: what contracts came to over the twelve months before D, for the key figures.
-- grain: none
-- needs: none
-- view: yes
-- units: customers_start count, customers_kept count, decided count, renewed count
-- units: grr share, nrr share
-- column: decided  contracts whose term ended and that are not pending
with
contract_totals as (
    select * from analysis.contract_totals where period_kind = 'window'
),
renewal_periods as (
    select * from analysis.renewal_periods where period_kind = 'window'
),
final as (
    select
        totals.customers_start,
        totals.customers_kept,
        coalesce(renewal_periods.due - renewal_periods.pending, 0) as decided,
        coalesce(renewal_periods.renewed, 0) as renewed,
        cast(totals.value_kept as double)
            / nullif(cast(totals.value_start as double), 0) as grr,
        cast(totals.value_of_them as double)
            / nullif(cast(totals.value_start as double), 0) as nrr
    from contract_totals as totals
    left join renewal_periods
        on totals.period_on = renewal_periods.period_on
)
select * from final
