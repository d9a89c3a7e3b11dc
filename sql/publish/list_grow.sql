-- A customer of list grow: of medium profit, still here, and with potential: their
-- expected value is above the profit of the window W, or a deal is open. At stake is
-- what they are expected to bring beyond that profit.
-- grain: list, customer_id
-- needs: none
-- part_of: publish.list_candidates
-- view: yes
-- units: value_at_stake money

with standings as (
    select * from publish.customer_standings
),
final as (
    select
        'grow' as list,
        standings.customer_id,
        1 as urgency,
        case
            when standings.clv > standings.profit then 'more_expected'
            else 'deal_open'
        end as reason_code,
        cast(case
                when standings.clv > standings.profit
                    then standings.clv - standings.profit
                else 0
            end as decimal(38, 4)) as value_at_stake
    from standings
    where
        standings.tier = 'medium'
        and standings.churn_state = 'active'
        and (standings.clv > standings.profit or standings.open_deals > 0)
)
select * from final
