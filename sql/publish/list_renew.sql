-- A customer of list renew: one whose contract ends within the days of the list, or
-- ended and waits for its renewal. Those whose term is over come first. At stake is the
-- value of a year of the contracts.
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
final as (
    select
        'renew' as list,
        standings.customer_id,
        case when standings.days_left < 0 then 1 else 2 end as urgency,
        case
            when standings.days_left < 0 then 'contract_over'
            else 'contract_due'
        end as reason_code,
        cast(standings.contract_value as decimal(38, 4)) as value_at_stake
    from standings
    inner join lists
        on lists.list = 'renew'
    where
        standings.days_left <= lists.within_days
)
select * from final
