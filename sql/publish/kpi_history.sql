-- A key figure as of D and as of the 23 days that lie one to 23 months before it, all
-- from the same load. A month in which no customer was known yet has no rows.
-- grain: month, kpi
-- needs: order_lines | contracts | ledger
-- mart: yes
-- column: month  first day of the month of the last day that counts
-- column: kpi  name of the key figure
-- column: value  in its unit, NULL when it has none
with
kpi_values as (
    select * from publish.kpi_values
),
past_kpis as (
    select * from run.past_kpis
),
current_month as (
    select month_on
    from core.profit_windows
    where profit_window = 'current'
),
final as (
    select
        cast(month_on as date) as month,
        cast(kpi as varchar) as kpi,
        cast(value as double) as value
    from past_kpis
    union all
    select current_month.month_on, kpi_values.kpi, kpi_values.value
    from kpi_values
    cross join current_month
)
select * from final
