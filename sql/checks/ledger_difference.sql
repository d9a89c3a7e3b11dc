-- A kind of ledger entries that order lines and returns know too, failing when the two
-- differ by more than allowed (nothing, unless configured), added up without sign over
-- customers and months. The mart ledger_differences names the entries.
-- grain: table_name
-- needs: ledger, order_lines
-- severity: warning
-- units: failing count, tested count
-- column: detail  the largest difference, by its entry

with ledger_cells as (
    select * from core.ledger_cells
),
ledger_differences as (
    select
        kind, customer_id, month, ledger_amount, books_amount, entry_id, location,
        row_number() over (
            order by abs(difference) desc, kind, customer_id, month
        ) as place
    from segment.ledger_differences
),
ledger_totals as (
    select * from core.ledger_totals
),
check_settings as (
    select * from run.check_settings
),
allowed as (
    select coalesce(max(at_most_amount), 0) as amount
    from check_settings
    where check_name = 'ledger_difference'
),
differences as (
    select kind, sum(abs(ledger_amount - books_amount)) as amount
    from ledger_cells
    group by kind
),
named as (
    select
        concat(
            'entry ', min_by(entry_id, place), ' (', min_by(location, place), '): ',
            min_by(kind, place), ' of ', min_by(customer_id, place), ' in ',
            min_by(substr(cast(month as varchar), 1, 7), place), ' is ',
            min_by(cast(cast(ledger_amount as decimal(38, 2)) as varchar), place),
            ' in the ledger and ',
            min_by(cast(cast(books_amount as decimal(38, 2)) as varchar), place),
            ' by order lines and returns'
        ) as detail
    from ledger_differences
    having count(*) > 0
),
kinds as (
    select kind
    from ledger_totals
    where kind in ('revenue', 'discount', 'refund', 'cogs')
    group by kind
),
final as (
    select
        'ledger' as table_name,
        count(case when differences.amount > allowed.amount then 1 end) as failing,
        count(*) as tested,
        max(named.detail) as detail
    from kinds
    cross join allowed
    left join differences
        on kinds.kind = differences.kind
    left join named
        on differences.amount > allowed.amount
)
select * from final
