-- One row: the customers won in W, by the day on which they were acquired or else of
-- their first activity, and what it cost to win those of whom the customers table says
-- it. Selling entries of a ledger are cost to serve and are not counted here again.
-- grain: none
-- needs: none
-- units: acquired count, acquired_with_cost count, acquisition_cost money
with
params as (
    select * from run.params
),
customers as (
    select * from core.customers
),
activity_spans as (
    select * from analysis.activity_spans
),
dated as (
    select
        customers.customer_id,
        customers.acquisition_cost,
        coalesce(customers.acquired_on, activity_spans.first_active_on) as acquired_on
    from customers
    left join activity_spans
        on customers.customer_id = activity_spans.customer_id
),
final as (
    select
        count(*) as acquired,
        count(dated.acquisition_cost) as acquired_with_cost,
        cast(coalesce(sum(dated.acquisition_cost), 0) as decimal(38, 4))
            as acquisition_cost
    from dated
    cross join params
    where dated.acquired_on >= params.window_start
        and dated.acquired_on < params.as_of
)
select * from final
