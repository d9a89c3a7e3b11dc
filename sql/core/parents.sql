-- One customer who belongs to a group, with the customer one level above: by
-- parents.csv where it says something about them, else by the customers table. Whoever
-- is their own parent has none.
-- grain: customer_id
-- needs: none
-- column: stated_in  parents.csv, or customers for the customers table
-- column: line  the row's line in parents.csv
with
customers as (
    select * from staging.customers
),
stated_parents as (
    select * from run.parents
),
named as (
    select
        coalesce(stated_parents.customer_id, customers.customer_id) as customer_id,
        case
            when stated_parents.customer_id is not null then stated_parents.parent_id
            else customers.parent_id
        end as parent_id,
        case
            when stated_parents.customer_id is not null then 'parents.csv'
            else 'customers'
        end as stated_in,
        stated_parents.line
    from customers
    full join stated_parents
        on customers.customer_id = stated_parents.customer_id
),
final as (
    select customer_id, parent_id, stated_in, line
    from named
    where parent_id <> customer_id
)
select * from final
