-- A customer of list welcome: whose first activity or contract lies within the days of
-- the list before D. At stake is their expected value, or else what they brought so
-- far.
-- grain: list, customer_id
-- needs: none
-- part_of: publish.list_candidates
-- view: yes
-- units: value_at_stake money

with standings as (
    select * from publish.customer_standings
),
lists as (
    select * from run.lists
),
params as (
    select * from run.params
),
final as (
    select
        'welcome' as list,
        standings.customer_id,
        1 as urgency,
        'new_customer' as reason_code,
        cast(case
                when standings.clv > 0 then standings.clv
                when standings.profit > 0 then standings.profit
                else 0
            end as decimal(38, 4)) as value_at_stake
    from standings
    inner join lists
        on lists.list = 'welcome'
    cross join params
    where
        date_diff('day', standings.started_on, params.as_of) <= lists.within_days
        and coalesce(standings.churn_state, 'none') <> 'churned'
)
select * from final
