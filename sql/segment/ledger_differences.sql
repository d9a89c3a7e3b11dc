-- One kind, customer and month in which the ledger is not what order lines and returns
-- say, with the entry that is most likely wrong: the first that differs from its own
-- order, else the first of the cell.
-- grain: kind, customer_id, month
-- needs: ledger, order_lines
-- mart: yes
-- units: ledger_amount money, books_amount money, difference money, entries count
-- column: kind  revenue, discount, refund or cogs
-- column: customer_id  the customer, or `unassigned`
-- column: month  first day of the month of posting
-- column: ledger_amount  what the ledger has
-- column: books_amount  what order lines and returns say
-- column: difference  ledger less books
-- column: entries  ledger entries in the cell
-- column: entry_id  the entry to look at; `none` when the ledger has none
-- column: location  where it stands: file and line, or `none`
with
ledger_cells as (
    select * from core.ledger_cells
),
ledger_suspects as (
    select * from core.ledger_suspects
),
ledger as (
    select * from raw.ledger
),
judged as (
    select
        kind, customer_id, month_on, entry_id,
        count(*) over (partition by kind, customer_id, month_on) as entries,
        row_number() over (
            partition by kind, customer_id, month_on
            order by
                case when amount <> order_amount then 0 else 1 end,
                entry_id, copy_number
        ) as place
    from ledger_suspects
),
named as (
    select kind, customer_id, month_on, entry_id, entries
    from judged
    where place = 1
),
places as (
    select
        ledger.entry_id,
        min(concat(ledger._file, ':', cast(ledger._line as varchar))) as location
    from ledger
    inner join named
        on ledger.entry_id = named.entry_id
    where ledger._line is not null
    group by ledger.entry_id
),
final as (
    select
        cast(ledger_cells.kind as varchar) as kind,
        cast(ledger_cells.customer_id as varchar) as customer_id,
        cast(ledger_cells.month_on as date) as month,
        cast(ledger_cells.ledger_amount as decimal(38, 4)) as ledger_amount,
        cast(ledger_cells.books_amount as decimal(38, 4)) as books_amount,
        cast(ledger_cells.ledger_amount - ledger_cells.books_amount as decimal(38, 4))
            as difference,
        cast(coalesce(named.entries, 0) as bigint) as entries,
        cast(coalesce(named.entry_id, 'none') as varchar) as entry_id,
        cast(coalesce(places.location, 'none') as varchar) as location
    from ledger_cells
    left join named
        on ledger_cells.kind = named.kind
        and ledger_cells.customer_id = named.customer_id
        and ledger_cells.month_on = named.month_on
    left join places
        on named.entry_id = places.entry_id
)
select * from final
