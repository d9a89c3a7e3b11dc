-- A kind of ledger entries that order lines and returns know too, failing when the two
-- differ by more than allowed (nothing, unless configured), added up without sign over
-- customers and months. The mart ledger_differences names the entries.
-- grain: table_name
-- needs: ledger, order_lines
-- severity: warning
-- units: failing count, tested count

with ledger_cells as (
    select * from core.ledger_cells
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
        count(*) as tested
    from kinds
    cross join allowed
    left join differences
        on kinds.kind = differences.kind
)
select * from final
