-- A customer with contracts in force on the day before the last twelve months or on the
-- last day before D: their monthly value then and now, what became of it, and the
-- contracts behind both. Who came back after a time without contracts is reactivated,
-- not new, and is kept apart from those who stayed.
-- grain: customer_id
-- needs: contracts
-- mart: yes
-- units: value_start money, value_end money, change money
-- units: contracts_start count, contracts_end count
-- column: customer_id  the customer's id
-- column: movement  new, reactivated, expanded, contracted, kept or churned
-- column: value_start  monthly value on the day before the window
-- column: value_end  monthly value on the last day before D
-- column: change  value_end less value_start
-- column: contracts_start  contracts in force on the day before the window
-- column: contracts_end  contracts in force on the last day before D
-- column: first_contract_start  of those the one with the lowest number
-- column: first_contract_end  of these the one with the lowest number
-- column: ended_on  of the churned the day on which the last contract ended
with
contract_moves as (
    select * from analysis.contract_moves where period_kind = 'window'
),
contract_terms as (
    select * from analysis.contract_terms where monthly_value > 0
),
params as (
    select * from run.params
),
behind as (
    select
        terms.customer_id,
        min(
            case
                when terms.starts_on < params.previous_as_of
                    and terms.active_until >= params.previous_as_of
                    then terms.contract_id
            end
        ) as first_start,
        min(
            case
                when terms.starts_on < params.as_of
                    and terms.active_until >= params.as_of then terms.contract_id
            end
        ) as first_end,
        max(case when terms.ended_on < params.as_of then terms.ended_on end)
            as last_ended_on
    from contract_terms as terms
    cross join params
    group by terms.customer_id
),
final as (
    select
        cast(moves.customer_id as varchar) as customer_id,
        cast(moves.movement as varchar) as movement,
        cast(moves.value_start as decimal(38, 4)) as value_start,
        cast(moves.value_end as decimal(38, 4)) as value_end,
        cast(moves.value_end - moves.value_start as decimal(38, 4)) as change,
        cast(moves.contracts_start as bigint) as contracts_start,
        cast(moves.contracts_end as bigint) as contracts_end,
        cast(behind.first_start as varchar) as first_contract_start,
        cast(behind.first_end as varchar) as first_contract_end,
        cast(case when moves.movement = 'churned' then behind.last_ended_on end as date)
            as ended_on
    from contract_moves as moves
    inner join behind
        on moves.customer_id = behind.customer_id
)
select * from final
