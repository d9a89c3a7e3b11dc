-- A step of the bridge that leads from the monthly value of the contracts in force
-- before a stretch of time to that of its last day: start, new customers, those who
-- come back, what the others add and take, those who leave, end.
-- grain: period_kind, period, component
-- needs: contracts
-- mart: yes
-- units: amount money, customers count, position count
-- column: period_kind  window (the twelve months before D), month, quarter or year
-- column: period  its first day
-- column: component  start, new, reactivation, expansion, contraction, churn or end
-- column: position  place of the step in the bridge
-- column: amount  value of a month; what is lost is negative
-- column: customers  customers behind it
-- column: state  observed or in_progress
with
contract_steps as (
    select * from analysis.contract_steps
),
contract_moves as (
    select * from analysis.contract_moves
),
components as (
    select position, component, movement from (
        values
            (1, 'start', cast(null as varchar)), (2, 'new', 'new'),
            (3, 'reactivation', 'reactivated'), (4, 'expansion', 'expanded'),
            (5, 'contraction', 'contracted'), (6, 'churn', 'churned'),
            (7, 'end', cast(null as varchar))
    ) as listed (position, component, movement)
),
moved as (
    -- what rounding leaves of the kept has to go somewhere, or the bridge would not end
    select
        period_kind, period_on,
        case
            when movement <> 'kept' then movement
            when value_end > value_start then 'expanded'
            else 'contracted'
        end as movement,
        sum(value_end - value_start) as amount,
        count(case when movement <> 'kept' then 1 end) as customers
    from contract_moves
    group by
        period_kind, period_on,
        case
            when movement <> 'kept' then movement
            when value_end > value_start then 'expanded'
            else 'contracted'
        end
),
ends as (
    select
        period_kind, period_on,
        sum(value_start) as value_start,
        sum(value_end) as value_end,
        count(case when value_start > 0 then 1 end) as customers_start,
        count(case when value_end > 0 then 1 end) as customers_end
    from contract_moves
    group by period_kind, period_on
),
final as (
    select
        cast(steps.period_kind as varchar) as period_kind,
        cast(steps.period_on as date) as period,
        cast(components.component as varchar) as component,
        cast(components.position as bigint) as position,
        cast(coalesce(case components.component
            when 'start' then ends.value_start
            when 'end' then ends.value_end
            else moved.amount
        end, 0) as decimal(38, 4)) as amount,
        cast(coalesce(case components.component
            when 'start' then ends.customers_start
            when 'end' then ends.customers_end
            else moved.customers
        end, 0) as bigint) as customers,
        cast(steps.state as varchar) as state
    from contract_steps as steps
    cross join components
    left join ends
        on steps.period_kind = ends.period_kind
        and steps.period_on = ends.period_on
    left join moved
        on steps.period_kind = moved.period_kind
        and steps.period_on = moved.period_on
        and components.movement = moved.movement
)
select * from final
