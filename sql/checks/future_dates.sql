-- A loaded table and how many of its rows are dated on D or later. They do not count
-- yet. Contracts may begin in the future; what counts for them is the day of signing.
-- grain: table_name
-- needs: none
-- severity: warning
-- units: failing count, tested count

with params as (
    select * from run.params
),
loads as (
    select table_name
    from run.loads
    group by table_name
),
days as (
    select 'order_lines' as table_name, ordered_on as dated_on from raw.order_lines
    union all
    select 'returns', returned_on from raw.returns
    union all
    select 'contracts', signed_on from raw.contracts
    union all
    select 'ledger', posted_on from raw.ledger
    union all
    select 'invoices', issued_on from raw.invoices
    union all
    select 'opportunities', created_on from raw.opportunities
    union all
    select 'cases', opened_on from raw.cases
    union all
    select 'surveys', answered_on from raw.surveys
    union all
    select 'departures', left_on from raw.departures
    union all
    select 'touches', at_on from raw.touches
),
final as (
    select
        days.table_name,
        count(case when days.dated_on >= params.as_of then 1 end) as failing,
        count(*) as tested
    from days
    cross join params
    inner join loads
        on days.table_name = loads.table_name
    group by days.table_name
)
select * from final
