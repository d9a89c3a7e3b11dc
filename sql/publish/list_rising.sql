-- A customer of list rising: not big today, no loss-maker, and among the first fifth by
-- expected value (clv.is_rising), as in mart potential. At stake is that value.
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
        'rising' as list,
        standings.customer_id,
        1 as urgency,
        'rising' as reason_code,
        cast(standings.clv as decimal(38, 4)) as value_at_stake
    from standings
    where
        standings.is_rising and standings.tier <> 'loss'
)
select * from final
