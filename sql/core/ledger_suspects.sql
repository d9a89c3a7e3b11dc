-- One ledger entry in a cell of kind, customer and month that differs from order lines
-- and returns. An entry that names an order is compared with that order alone.
-- grain: entry_id, copy_number
-- needs: none
-- units: amount money, order_amount money
-- column: order_amount  what order lines and returns say of the entry's order; NULL
--   when
--   the entry names none
with
ledger_cells as (
    select * from core.ledger_cells
),
ledger_entries as (
    select * from core.ledger_entries
),
calendar as (
    select * from core.calendar
),
lines as (
    select * from core.lines where is_counted
),
returns as (
    select * from core.returns
),
suspects as (
    select
        ledger_entries.entry_id, ledger_entries.copy_number,
        ledger_cells.kind, ledger_cells.customer_id, ledger_cells.month_on,
        ledger_entries.order_id,
        ledger_entries.amount
    from ledger_entries
    inner join calendar
        on ledger_entries.posted_on = calendar.day
    inner join ledger_cells
        on ledger_entries.kind = ledger_cells.kind
        and ledger_entries.customer_id = ledger_cells.customer_id
        and calendar.month_on = ledger_cells.month_on
    where ledger_entries.via <> 'shared'
),
orders as (
    select order_id
    from suspects
    where order_id is not null
    group by order_id
),
said as (
    select
        lines.order_id,
        case when lines.is_sale then lines.net_amount + lines.discount end as revenue,
        case when lines.is_sale then lines.discount end as discount,
        case when lines.is_return then -lines.net_amount end as refund,
        lines.cost as cogs
    from lines
    inner join orders
        on lines.order_id = orders.order_id
    union all
    select returns.order_id, null, null, returns.returns, -returns.returned_cost
    from returns
    inner join orders
        on returns.order_id = orders.order_id
),
order_amounts as (
    select
        order_id,
        coalesce(sum(revenue), 0) as revenue, coalesce(sum(discount), 0) as discount,
        coalesce(sum(refund), 0) as refund, coalesce(sum(cogs), 0) as cogs
    from said
    group by order_id
),
final as (
    select
        suspects.entry_id, suspects.copy_number,
        suspects.kind, suspects.customer_id, suspects.month_on,
        suspects.amount,
        cast(
            case suspects.kind
                when 'revenue' then order_amounts.revenue
                when 'discount' then order_amounts.discount
                when 'refund' then order_amounts.refund
                else order_amounts.cogs
            end as decimal(38, 4)
        ) as order_amount
    from suspects
    left join order_amounts
        on suspects.order_id = order_amounts.order_id
)
select * from final
