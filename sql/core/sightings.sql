-- One customer whom some table knows before the as-of day, with the first day that is
-- known of them. The day is NULL for a customer of the customers table about whom
-- nothing else is dated.
-- grain: customer_id
-- needs: none
with
params as (
    select * from run.params
),
line_days as (
    select customer_id, min(ordered_on) as seen_on
    from core.order_days
    group by customer_id
),
seen as (
    select customer_id, acquired_on as seen_on from staging.customers
    union all
    select customer_id, seen_on from line_days
    union all
    select customer_id, coalesce(signed_on, starts_on) as seen_on
    from staging.contracts
    union all
    select customer_id, posted_on as seen_on from staging.ledger
    union all
    select customer_id, issued_on as seen_on from staging.invoices
    union all
    select customer_id, created_on as seen_on from staging.opportunities
    union all
    select customer_id, opened_on as seen_on from staging.cases
    union all
    select customer_id, answered_on as seen_on from staging.surveys
    union all
    select customer_id, left_on as seen_on from staging.departures
    union all
    select customer_id, at_on as seen_on from staging.touches
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
