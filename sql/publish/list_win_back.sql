-- A customer of list win_back: gone by our fault or to a competitor, in the window W or
-- in the twelve months before. At stake is the profit of their last twelve months.
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
        'win_back' as list,
        standings.customer_id,
        1 as urgency,
        case
            when standings.churn_class = 'fault' then 'left_by_fault'
            else 'left_to_competitor'
        end as reason_code,
        cast(standings.value_at_stake as decimal(38, 4)) as value_at_stake
    from standings
    where
        standings.churn_class in ('fault', 'competitive') and standings.is_recent_loss
)
select * from final
