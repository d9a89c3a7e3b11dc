-- A customer of list convert: who buys and brings no profit, or who bought before and
-- not in the window W, and did not leave for a natural cause. At stake is the profit of
-- their last twelve months.
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
        'convert' as list,
        standings.customer_id,
        1 as urgency,
        case
            when standings.zero_kind = 'no_profit' then 'buys_without_profit'
            else 'bought_before'
        end as reason_code,
        cast(standings.value_at_stake as decimal(38, 4)) as value_at_stake
    from standings
    where
        standings.tier = 'zero'
        and (standings.zero_kind = 'no_profit' or standings.has_bought)
        and coalesce(standings.churn_class, 'none') <> 'natural'
)
select * from final
