-- One kind, customer and month in which the ledger is not what order lines and returns
-- say, in the months from the first to the last one in which the ledger has the kind.
-- grain: kind, customer_id, month_on
-- needs: none
-- units: ledger_amount money, books_amount money
with
ledger_months as (
    select * from core.ledger_months
),
book_months as (
    select * from core.book_months
),
ledger_totals as (
    select * from core.ledger_totals
),
time_slices as (
    select * from core.time_slices
),
kinds as (
    select
        ledger_totals.kind,
        min(time_slices.month_on) as first_on, max(time_slices.month_on) as last_on
    from ledger_totals
    inner join time_slices
        on ledger_totals.slice = time_slices.slice
    where ledger_totals.kind in ('revenue', 'discount', 'refund', 'cogs')
    group by ledger_totals.kind
),
compared as (
    select
        coalesce(ledger_months.customer_id, book_months.customer_id) as customer_id,
        coalesce(ledger_months.month_on, book_months.month_on) as month_on,
        coalesce(ledger_months.revenue, 0) as revenue,
        coalesce(ledger_months.discount, 0) as discount,
        coalesce(ledger_months.refund, 0) as refund,
        coalesce(ledger_months.cogs, 0) as cogs,
        coalesce(book_months.revenue, 0) as book_revenue,
        coalesce(book_months.discount, 0) as book_discount,
        coalesce(book_months.refund, 0) as book_refund,
        coalesce(book_months.cogs, 0) as book_cogs
    from ledger_months
    full join book_months
        on ledger_months.customer_id = book_months.customer_id
        and ledger_months.month_on = book_months.month_on
),
different as (
    select *
    from compared
    where revenue <> book_revenue
        or discount <> book_discount
        or refund <> book_refund
        or cogs <> book_cogs
),
cells as (
    select
        kinds.kind, different.customer_id, different.month_on,
        case kinds.kind
            when 'revenue' then revenue
            when 'discount' then discount
            when 'refund' then refund
            else cogs
        end as ledger_amount,
        case kinds.kind
            when 'revenue' then book_revenue
            when 'discount' then book_discount
            when 'refund' then book_refund
            else book_cogs
        end as books_amount
    from different
    inner join kinds
        on different.month_on >= kinds.first_on
        and different.month_on <= kinds.last_on
),
final as (
    select
        kind, customer_id, month_on,
        cast(ledger_amount as decimal(38, 4)) as ledger_amount,
        cast(books_amount as decimal(38, 4)) as books_amount
    from cells
    where ledger_amount <> books_amount
)
select * from final
