-- One customer whom some table knows before the as-of day, with the first day that is
-- known of them. The day is NULL for a customer of the customers table about whom
-- nothing else is dated.
-- grain: customer_id
-- needs: none
with
params as (
    select * from run.params
),
order_days as (
    select * from core.order_days
),
customers as (
    select * from staging.customers
),
contracts as (
    select * from staging.contracts
),
ledger as (
    select * from staging.ledger
),
invoices as (
    select * from staging.invoices
),
opportunities as (
    select * from staging.opportunities
),
cases as (
    select * from staging.cases
),
surveys as (
    select * from staging.surveys
),
departures as (
    select * from staging.departures
),
touches as (
    select * from staging.touches
),
line_days as (
    select customer_id, min(ordered_on) as seen_on
    from order_days
    group by customer_id
),
seen as (
    select customer_id, acquired_on as seen_on from customers
    union all
    select customer_id, seen_on from line_days
    union all
    select customer_id, coalesce(signed_on, starts_on) as seen_on from contracts
    union all
    select customer_id, posted_on as seen_on from ledger
    union all
    select customer_id, issued_on as seen_on from invoices
    union all
    select customer_id, created_on as seen_on from opportunities
    union all
    select customer_id, opened_on as seen_on from cases
    union all
    select customer_id, answered_on as seen_on from surveys
    union all
    select customer_id, left_on as seen_on from departures
    union all
    select customer_id, at_on as seen_on from touches
),
final as (
    select
        seen.customer_id,
        min(seen.seen_on) as first_seen_on
    from seen
    cross join params
    where seen.customer_id is not null
        and (seen.seen_on is null or seen.seen_on < params.as_of)
    group by seen.customer_id
)
select * from final
