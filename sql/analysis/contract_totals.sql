-- A stretch of time and what contracts came to in it: the customers with contracts in
-- force before it and how many of them still have some, and their monthly value then
-- and now, both over customers who had some at the start: who comes back stays out.
-- grain: period_kind, period_on
-- needs: none
-- view: yes
-- units: customers_start count, customers_kept count
-- units: value_start money, value_kept money, value_of_them money, value_end money
-- column: value_kept  of each customer the smaller of the two values
-- column: value_of_them  value at the end of those who had some at the start
-- column: value_end  value at the end of all
with
contract_steps as (
    select * from analysis.contract_steps
),
contract_moves as (
    select * from analysis.contract_moves
),
final as (
    select
        steps.period_kind, steps.period_on, steps.starts_on, steps.ends_on, steps.state,
        count(case when moves.value_start > 0 then 1 end) as customers_start,
        count(case when moves.value_start > 0 and moves.value_end > 0 then 1 end)
            as customers_kept,
        cast(coalesce(sum(moves.value_start), 0) as decimal(38, 4)) as value_start,
        cast(coalesce(sum(
            case
                when moves.value_end < moves.value_start then moves.value_end
                else moves.value_start
            end
        ), 0) as decimal(38, 4)) as value_kept,
        cast(coalesce(sum(case when moves.value_start > 0 then moves.value_end end), 0)
            as decimal(38, 4)) as value_of_them,
        cast(coalesce(sum(moves.value_end), 0) as decimal(38, 4)) as value_end
    from contract_steps as steps
    left join contract_moves as moves
        on steps.period_kind = moves.period_kind
        and steps.period_on = moves.period_on
    group by
        steps.period_kind, steps.period_on, steps.starts_on, steps.ends_on, steps.state
)
select * from final
