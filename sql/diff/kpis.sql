-- One key figure of two runs.
with
before_kpis as (
    select * from before.kpis
),
after_kpis as (
    select * from after.kpis
),
light as (
    select distinct kpi from run.light
),
final as (
    select
        coalesce(after_kpis.kpi, before_kpis.kpi) as kpi,
        coalesce(after_kpis.unit, before_kpis.unit) as unit,
        before_kpis.value as before,
        after_kpis.value as after,
        after_kpis.value - before_kpis.value as change,
        light.kpi is not null as is_light
    from before_kpis
    full join after_kpis
        on before_kpis.kpi = after_kpis.kpi
    left join light
        on coalesce(after_kpis.kpi, before_kpis.kpi) = light.kpi
)
select * from final
