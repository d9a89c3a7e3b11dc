-- A customer with contracts: whether one of them goes on at D (in force, or signed to
-- begin later), when the last one is due, or when the last one ended.
-- grain: customer_id
-- needs: none
-- column: due_on  last day on which the contracts that go on end; NULL without an end
-- column: ended_on  end of the last contract; NULL while one goes on
-- column: is_going_on  a contract is in force at D or signed to begin later
-- column: was_in_force  a contract was in force on the day before the window W

with contract_terms as (
    select * from analysis.contract_terms
),
params as (
    select * from run.params
),
judged as (
    select
        contract_terms.customer_id,
        contract_terms.starts_on,
        contract_terms.ended_on,
        case
            when contract_terms.ended_on is null then 1
            when contract_terms.ended_on >= params.as_of then 1
            else 0
        end as goes_on,
        case when contract_terms.ended_on is null then 1 else 0 end as is_endless,
        case
            when contract_terms.starts_on < params.window_start
                and (
                    contract_terms.ended_on is null
                    or contract_terms.ended_on >= params.window_start
                ) then 1
            else 0
        end as covered_window_start
    from contract_terms
    cross join params
),
final as (
    select
        customer_id,
        max(goes_on) = 1 as is_going_on,
        max(covered_window_start) = 1 as was_in_force,
        min(starts_on) as first_starts_on,
        max(starts_on) as last_starts_on,
        case
            when max(goes_on) = 1 and max(is_endless) = 0 then max(ended_on)
        end as due_on,
        case when max(goes_on) = 0 then max(ended_on) end as ended_on
    from judged
    group by customer_id
)
select * from final
