-- A loaded table that names customers, and how many of the customers it names are not
-- in the customers table. They are known from then on, without name, kind or region.
-- grain: table_name
-- needs: customers
-- severity: warning
-- units: failing count, tested count

with customers as (
    select * from staging.customers
),
identities as (
    select source_id, customer_id from run.identities
),
named as (
    select 'order_lines' as table_name, customer_id from core.order_days
    union all
    select 'contracts', customer_id from raw.contracts
    union all
    select 'ledger', customer_id from raw.ledger
    union all
    select 'invoices', customer_id from raw.invoices
    union all
    select 'opportunities', customer_id from raw.opportunities
    union all
    select 'cases', customer_id from raw.cases
    union all
    select 'surveys', customer_id from raw.surveys
    union all
    select 'departures', customer_id from raw.departures
    union all
    select 'touches', customer_id from raw.touches
),
distinct_names as (
    select distinct
        named.table_name,
        coalesce(identities.customer_id, named.customer_id) as customer_id
    from named
    left join identities
        on named.customer_id = identities.source_id
    where named.customer_id is not null
),
final as (
    select
        distinct_names.table_name,
        count(case when customers.customer_id is null then 1 end) as failing,
        count(*) as tested
    from distinct_names
    left join customers
        on distinct_names.customer_id = customers.customer_id
    group by distinct_names.table_name
)
select * from final
