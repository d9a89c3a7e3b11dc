-- One customer who stands above themselves, in a circle of parents or in a chain of
-- more than 512 levels. A walk of 512 levels that has not come to a top ends inside the
-- circle, and the walks of its members end at all of them.
-- grain: customer_id
-- needs: customers
-- mart: yes
-- column: customer_id  the customer's id
-- column: parent_id  who stands one level above
-- column: stated_in  what says so: parents.csv, or customers for the customers table
-- column: line  the row's line in parents.csv
with
ancestors as (
    select distinct ancestor_id
    from core.ancestors_512
),
parents as (
    select * from core.parents
),
final as (
    select
        cast(parents.customer_id as varchar) as customer_id,
        cast(parents.parent_id as varchar) as parent_id,
        cast(parents.stated_in as varchar) as stated_in,
        cast(parents.line as bigint) as line
    from parents
    inner join ancestors
        on parents.customer_id = ancestors.ancestor_id
)
select * from final
