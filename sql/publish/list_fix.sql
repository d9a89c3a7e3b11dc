-- A customer of list fix, fix or let go: one who costs more than they bring. At stake
-- is the loss to stop.
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
        'fix' as list,
        standings.customer_id,
        1 as urgency,
        'loss_maker' as reason_code,
        cast(-standings.profit as decimal(38, 4)) as value_at_stake
    from standings
    where
        standings.tier = 'loss'
)
select * from final
