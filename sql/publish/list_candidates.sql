-- A customer who qualifies for a target list, whatever else they qualify for, and why.
-- keep: big, and at risk or gone in the window W for a cause that can be mended;
-- win_back: gone by our fault or to a competitor, in W or the twelve months before;
-- convert: bought, but brings no profit now; fix: costs more than they bring.
-- grain: list, customer_id
-- needs: none
-- column: precedence  a customer stands on the first of fix, keep, win_back, convert
-- column: urgency  1 before 2: who is still here comes before who has gone
-- column: value_at_stake  profit to keep or to win back, or the loss to stop

with standings as (
    select * from publish.customer_standings
),
qualified as (
    select
        'fix' as list, 1 as precedence, 1 as urgency, customer_id,
        'loss_maker' as reason_code, -profit as value_at_stake
    from standings
    where tier = 'loss'
    union all
    select
        'keep', 2,
        case when churn_state = 'at_risk' then 1 else 2 end,
        customer_id,
        case when churn_state = 'at_risk' then 'big_at_risk' else 'big_churned' end,
        value_at_stake
    from standings
    where
        is_big
        and (
            churn_state = 'at_risk'
            or (is_new_loss and churn_class <> 'natural')
        )
    union all
    select
        'win_back', 3, 1, customer_id,
        case
            when churn_class = 'fault' then 'left_by_fault'
            else 'left_to_competitor'
        end,
        value_at_stake
    from standings
    where churn_class in ('fault', 'competitive') and is_recent_loss
    union all
    select
        'convert', 4, 1, customer_id,
        case
            when zero_kind = 'no_profit' then 'buys_without_profit'
            else 'bought_before'
        end,
        value_at_stake
    from standings
    where
        tier = 'zero'
        and (zero_kind = 'no_profit' or has_bought)
        and coalesce(churn_class, 'none') <> 'natural'
),
final as (
    select
        list,
        customer_id,
        reason_code,
        precedence,
        urgency,
        cast(value_at_stake as decimal(38, 4)) as value_at_stake
    from qualified
)
select * from final
