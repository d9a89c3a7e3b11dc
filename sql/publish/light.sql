-- The light, and what it has to reach: its value on D, then the target and each
-- milestone with the day by which it has to be reached, all judged by the value on D.
-- grain: position
-- needs: order_lines | contracts | ledger
-- mart: yes
-- column: position  0 for the light itself, then the target, then milestones by day
-- column: kind  now, target or milestone
-- column: kpi  name of the key figure
-- column: value  on D, in the unit; NULL when it was not computed
-- column: unit  count, money, share or ratio
-- column: goal  what has to be reached
-- column: by_on  the day by which
-- column: state  reached, open (the day is still to come) or missed
-- column: gap  what is still to go, in the unit; 0 when reached
with
light as (
    select * from run.light
),
params as (
    select * from run.params
),
kpi_definitions as (
    select * from publish.kpi_definitions
),
kpi_values as (
    select * from publish.kpi_values
),
judged as (
    select
        light.position, light.kind, light.kpi, light.goal, light.by_on,
        kpi_values.value, kpi_definitions.unit,
        case kpi_definitions.better
            when 'fewer' then kpi_values.value - light.goal
            else light.goal - kpi_values.value
        end as gap
    from light
    left join kpi_definitions
        on light.kpi = kpi_definitions.kpi
    left join kpi_values
        on light.kpi = kpi_values.kpi
),
final as (
    select
        cast(judged.position as bigint) as position,
        cast(judged.kind as varchar) as kind,
        cast(judged.kpi as varchar) as kpi,
        cast(judged.value as double) as value,
        cast(judged.unit as varchar) as unit,
        cast(judged.goal as double) as goal,
        cast(judged.by_on as date) as by_on,
        cast(
            case
                when judged.gap <= 0 then 'reached'
                when judged.gap > 0 and judged.by_on >= params.as_of then 'open'
                when judged.gap > 0 then 'missed'
            end as varchar
        ) as state,
        cast(case when judged.gap <= 0 then 0e0 else judged.gap end as double) as gap
    from judged
    cross join params
)
select * from final
