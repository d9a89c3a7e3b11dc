-- A key figure on D, beside its value a month before from the same load. Names and
-- formulas stand in the definitions; a value that cannot be formed, such as a share of
-- nothing, is NULL. A proportion of customers has a 95 % Wilson interval, a difference
-- of two shares of answers that of such a difference, and what an average leads to has
-- the 95 % interval of that average.
-- grain: kpi
-- needs: order_lines | contracts | ledger
-- mart: yes
-- column: kpi  name of the key figure
-- column: value  in its unit
-- column: previous  the same at D minus one month, from the same load
-- column: unit  count, money, share, ratio or points
-- column: low  lower end of the interval, for proportions and estimates
-- column: high  upper end of the interval, for proportions and estimates
-- column: target  what the company wants to reach, for its light
-- column: basis  what it stands on; of profit: ledger, margin, partial or revenue
-- column: counted_from  first day that counts; 1900-01-01 for all history
-- column: counted_until  D, the first day that does not count

with kpi_definitions as (
    select * from publish.kpi_definitions
),
kpi_values as (
    select * from publish.kpi_values
),
customer_totals as (
    select * from publish.customer_totals
),
past_kpis as (
    select * from run.past_kpis
),
light as (
    select * from run.light
),
params as (
    select * from run.params
),
final as (
    select
        cast(kpi_definitions.kpi as varchar) as kpi,
        cast(kpi_values.value as double) as value,
        cast(past_kpis.value as double) as previous,
        cast(kpi_definitions.unit as varchar) as unit,
        cast(kpi_values.low as double) as low,
        cast(kpi_values.high as double) as high,
        cast(light.goal as double) as target,
        cast(case kpi_definitions.basis
            when 'profit' then customer_totals.basis
            when 'activity' then 'activity_' || params.activity
            else kpi_definitions.basis
        end as varchar) as basis,
        cast(case kpi_definitions.span
            when 'window' then params.window_start
            when 'year' then params.previous_as_of
            else date '1900-01-01'
        end as date) as counted_from,
        cast(params.as_of as date) as counted_until
    from kpi_definitions
    cross join customer_totals
    cross join params
    inner join kpi_values
        on kpi_definitions.kpi = kpi_values.kpi
    left join past_kpis
        on kpi_definitions.kpi = past_kpis.kpi
        and past_kpis.months_back = 1
    left join light
        on kpi_definitions.kpi = light.kpi
        and light.kind = 'target'
)
select * from final
