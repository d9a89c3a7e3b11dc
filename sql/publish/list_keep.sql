-- A customer of list keep: a big one who is at risk, or who left in the window W for a
-- cause that can be mended. Who is still here comes before who has gone. At stake is
-- the profit of their last twelve months.
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
        'keep' as list,
        standings.customer_id,
        case when standings.churn_state = 'at_risk' then 1 else 2 end as urgency,
        case
            when standings.churn_state = 'at_risk' then 'big_at_risk'
            else 'big_churned'
        end as reason_code,
        cast(standings.value_at_stake as decimal(38, 4)) as value_at_stake
    from standings
    where
        standings.is_big
        and (
            standings.churn_state = 'at_risk'
            or (standings.is_new_loss and standings.churn_class <> 'natural')
        )
)
select * from final
