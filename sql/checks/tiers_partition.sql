-- The tiers, and how many known customers do not stand in exactly one of the four.
-- grain: table_name
-- needs: order_lines | contracts | ledger
-- severity: error
-- units: failing count, tested count

with customers as (
    select * from core.customers
),
profit_tiers as (
    select * from segment.profit_tiers
),
placed as (
    select
        customer_id,
        count(case when tier in ('high', 'medium', 'zero', 'loss') then 1 end) as tiers
    from profit_tiers
    group by customer_id
),
final as (
    select
        'profit_tiers' as table_name,
        count(case when coalesce(placed.tiers, 0) <> 1 then 1 end) as failing,
        count(*) as tested
    from customers
    full join placed
        on customers.customer_id = placed.customer_id
)
select * from final
