-- A customer with opportunities that are open on D.
-- grain: customer_id
-- needs: none
-- units: open_deals count, deal_value money

with opportunity_states as (
    select * from analysis.opportunity_states
),
final as (
    select
        customer_id,
        count(*) as open_deals,
        cast(sum(coalesce(amount, 0)) as decimal(38, 4)) as deal_value
    from opportunity_states
    where state = 'open' and customer_id is not null
    group by customer_id
)
select * from final
