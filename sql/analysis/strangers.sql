-- Somebody who answered, complained or was contacted, and whom no other table knows:
-- neither the customers table nor an order, a contract, an invoice, an entry of the
-- ledger, an opportunity or a departure.
-- grain: customer_id
-- needs: none
with
known as (
    select customer_id from staging.customers
    union distinct
    select customer_id from core.order_days
    union distinct
    select customer_id from staging.contracts
    union distinct
    select customer_id from staging.ledger
    union distinct
    select customer_id from staging.invoices
    union distinct
    select customer_id from staging.opportunities
    union distinct
    select customer_id from staging.departures
),
named as (
    select customer_id from staging.surveys
    union distinct
    select customer_id from staging.cases
    union distinct
    select customer_id from staging.touches
),
final as (
    select named.customer_id
    from named
    left join known
        on named.customer_id = known.customer_id
    where named.customer_id is not null and known.customer_id is null
)
select * from final
