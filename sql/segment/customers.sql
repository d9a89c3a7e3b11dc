-- One customer, everybody known before the as-of day. The only mart with names.
-- grain: customer_id
-- needs: customers | order_lines | contracts | ledger | opportunities
-- mart: yes
-- column: customer_id  the customer's id
-- column: name  the customer's name, unknown where no source gives one
-- column: kind  consumer, business, distributor, dealer, wholesaler, agent, or the
--   company's word
-- column: parent_id  the group that the customer belongs to, none without one
-- column: root_id  the top of that group; the customer without a parent
-- column: region  the customer's region
-- column: country  the customer's country
-- column: city  the customer's city
-- column: industry  the customer's industry
-- column: owner_id  who of the company looks after the customer
-- column: acquired_on  the day the customer was won, as the company says it
with
customers as (
    select * from core.customers
),
final as (
    select
        cast(customer_id as varchar) as customer_id,
        cast(name as varchar) as name,
        cast(kind as varchar) as kind,
        cast(parent_id as varchar) as parent_id,
        cast(root_id as varchar) as root_id,
        cast(region as varchar) as region,
        cast(country as varchar) as country,
        cast(city as varchar) as city,
        cast(industry as varchar) as industry,
        cast(owner_id as varchar) as owner_id,
        cast(acquired_on as date) as acquired_on
    from customers
)
select * from final
