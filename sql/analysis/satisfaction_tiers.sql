-- A customer's tier, as satisfaction is shown by it. Of a stranger it is unknown.
-- grain: customer_id
-- needs: none
with
customers as (
    select * from core.customers
),
strangers as (
    select * from analysis.strangers
),
profit_tiers as (
    select * from segment.profit_tiers
),
final as (
    select
        customers.customer_id,
        case
            when strangers.customer_id is not null then 'unknown'
            else coalesce(profit_tiers.tier, 'unknown')
        end as tier
    from customers
    left join strangers
        on customers.customer_id = strangers.customer_id
    left join profit_tiers
        on customers.customer_id = profit_tiers.customer_id
)
select * from final
