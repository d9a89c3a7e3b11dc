-- A known customer and who looks after them: their own owner, else that of their newest
-- contract, else that of their newest opportunity, else unowned.
-- grain: customer_id
-- needs: none

with customers as (
    select * from core.customers
),
contracts as (
    select customer_id, owner_id, starts_on, contract_id
    from staging.contracts
    where owner_id is not null
),
opportunities as (
    select customer_id, owner_id, created_on, opportunity_id
    from staging.opportunities
    where owner_id is not null and customer_id is not null
),
contract_places as (
    select
        customer_id, owner_id,
        row_number() over (
            partition by customer_id
            order by starts_on desc nulls last, contract_id
        ) as place
    from contracts
),
opportunity_places as (
    select
        customer_id, owner_id,
        row_number() over (
            partition by customer_id
            order by created_on desc nulls last, opportunity_id
        ) as place
    from opportunities
),
final as (
    select
        customers.customer_id,
        coalesce(
            nullif(customers.owner_id, 'unknown'), contract_places.owner_id,
            opportunity_places.owner_id, 'unowned'
        ) as owner_id
    from customers
    left join contract_places
        on customers.customer_id = contract_places.customer_id
        and contract_places.place = 1
    left join opportunity_places
        on customers.customer_id = opportunity_places.customer_id
        and opportunity_places.place = 1
)
select * from final
