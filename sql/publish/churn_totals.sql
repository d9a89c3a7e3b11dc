-- One row: what churn in the window W comes to, and how many customers were active on
-- its first day: not silent beyond their limit or with a contract in force, and not yet
-- gone.
-- grain: none
-- needs: none
-- units: churned count, churned_profit money, churned_by_fault count
-- units: churned_unclassified count, at_start count, lost_of_them count
-- column: at_start  customers active on the first day of W
-- column: lost_of_them  those of them who churned in W

with churn as (
    select * from analysis.churn
),
silences as (
    select * from analysis.silences
),
contract_standings as (
    select * from analysis.contract_standings
),
params as (
    select * from run.params
),
judged as (
    select
        churn.customer_id,
        churn.class,
        churn.profit_at_stake,
        coalesce(churn.churned_on >= params.window_start, false) as has_churned,
        coalesce(churn.churned_on >= params.window_start, true)
        and (
            coalesce(
                date_diff('day', silences.last_before_window_on, params.window_start)
                <= churn.limit_days,
                silences.last_before_window_on is not null
            )
            or coalesce(contract_standings.was_in_force, false)
        ) as was_active
    from churn
    cross join params
    left join silences
        on churn.customer_id = silences.customer_id
    left join contract_standings
        on churn.customer_id = contract_standings.customer_id
),
final as (
    select
        count(case when has_churned then 1 end) as churned,
        coalesce(sum(case when has_churned then profit_at_stake end), 0)
            as churned_profit,
        count(case when has_churned and class = 'fault' then 1 end) as churned_by_fault,
        count(case when has_churned and class = 'unclassified' then 1 end)
            as churned_unclassified,
        count(case when was_active then 1 end) as at_start,
        count(case when was_active and has_churned then 1 end) as lost_of_them
    from judged
)
select * from final
