-- A file of decisions about customers, and how many of the ids in it no table knows: a
-- typing error, an id that a spreadsheet changed, or a customer whom the source has
-- lost. Such a row merges nobody and makes nobody a member of a group.
-- grain: table_name
-- needs: none
-- severity: warning
-- units: failing count, tested count

with decided_ids as (
    select * from run.decided_ids
),
decided as (
    select source_id
    from decided_ids
    group by source_id
),
named as (
    select customer_id from raw.customers
    union all
    select customer_id from raw.order_lines
    union all
    select customer_id from raw.contracts
    union all
    select customer_id from raw.ledger
    union all
    select customer_id from raw.invoices
    union all
    select customer_id from raw.opportunities
    union all
    select customer_id from raw.cases
    union all
    select customer_id from raw.surveys
    union all
    select customer_id from raw.departures
    union all
    select customer_id from raw.touches
),
known as (
    select decided.source_id
    from decided
    inner join named
        on decided.source_id = named.customer_id
    group by decided.source_id
),
final as (
    select
        decided_ids.file as table_name,
        count(case when known.source_id is null then 1 end) as failing,
        count(*) as tested
    from decided_ids
    left join known
        on decided_ids.source_id = known.source_id
    group by decided_ids.file
)
select * from final
