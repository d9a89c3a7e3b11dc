-- One day of one table of one source, with the rows of that day: only of the tables
-- that a gate for freshness or volume watches. Nothing is read for the others.
-- grain: table_name, source, dated_on
-- needs: none
-- units: rows_there count
with
freshness_limits as (
    select * from run.freshness_limits
),
volume_limits as (
    select * from run.volume_limits
),
watched as (
    select table_name from freshness_limits
    union distinct
    select table_name from volume_limits
),
days as (
    select 'order_lines' as table_name, _source as source, ordered_on as dated_on
    from raw.order_lines
    inner join watched on watched.table_name = 'order_lines'
    union all
    select 'returns', _source, returned_on
    from raw.returns
    inner join watched on watched.table_name = 'returns'
    union all
    select 'contracts', _source, starts_on
    from raw.contracts
    inner join watched on watched.table_name = 'contracts'
    union all
    select 'ledger', _source, posted_on
    from raw.ledger
    inner join watched on watched.table_name = 'ledger'
    union all
    select 'invoices', _source, issued_on
    from raw.invoices
    inner join watched on watched.table_name = 'invoices'
    union all
    select 'opportunities', _source, created_on
    from raw.opportunities
    inner join watched on watched.table_name = 'opportunities'
    union all
    select 'cases', _source, opened_on
    from raw.cases
    inner join watched on watched.table_name = 'cases'
    union all
    select 'surveys', _source, answered_on
    from raw.surveys
    inner join watched on watched.table_name = 'surveys'
    union all
    select 'departures', _source, left_on
    from raw.departures
    inner join watched on watched.table_name = 'departures'
    union all
    select 'exchange_rates', _source, on_date
    from raw.exchange_rates
    inner join watched on watched.table_name = 'exchange_rates'
    union all
    select 'touches', _source, at_on
    from raw.touches
    inner join watched on watched.table_name = 'touches'
),
final as (
    select
        table_name, source,
        cast(count(*) as bigint) as rows_there,
        dated_on
    from days
    where dated_on is not null
    group by table_name, source, dated_on
)
select * from final
