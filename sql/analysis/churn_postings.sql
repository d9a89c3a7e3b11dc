-- Something that was booked for a customer on a day: an order, a return, the day's
-- entries of the ledger or an invoice that became bad debt, with what it brings to net
-- revenue and profit on the basis that W stands on: each part from the ledger where W
-- takes it from there. Common cost is not among it, for it is shared by window.
-- grain: origin, entry, customer_id, posted_on
-- needs: none
-- view: yes
-- units: net_revenue money, profit money

with order_days as (
    select * from core.order_days
),
returns as (
    select * from core.returns
),
ledger_days as (
    select * from core.ledger_days
),
bad_debts as (
    select * from core.bad_debts
),
window_sources as (
    select * from core.window_sources where profit_window = 'current'
),
final as (
    select
        order_days.customer_id,
        'order_lines' as origin, order_days.order_id as entry,
        case
            when window_sources.sales_from = 'lines' then order_days.net_revenue
            else 0
        end as net_revenue,
        case
            when window_sources.sales_from = 'lines' then order_days.net_revenue
            else 0
        end
        - case when window_sources.cogs_from = 'lines' then order_days.cogs else 0 end
            as profit,
        order_days.ordered_on as posted_on
    from order_days
    cross join window_sources
    union all
    select
        returns.customer_id,
        'returns', returns.order_id || '/' || returns.part,
        case when window_sources.sales_from = 'lines' then -returns.returns else 0 end,
        case when window_sources.sales_from = 'lines' then -returns.returns else 0 end
        + case
            when window_sources.cogs_from = 'lines' then returns.returned_cost
            else 0
        end,
        returns.returned_on
    from returns
    cross join window_sources
    union all
    select
        ledger_days.customer_id,
        'ledger', 'all',
        case
            when window_sources.sales_from = 'ledger' then ledger_days.net_revenue
            else 0
        end,
        case
            when window_sources.sales_from = 'ledger' then ledger_days.net_revenue
            else 0
        end
        - case when window_sources.cogs_from = 'ledger' then ledger_days.cogs else 0 end
        - ledger_days.cost_to_serve
        - case
            when window_sources.bad_debt_from = 'ledger' then ledger_days.bad_debt
            else 0
        end,
        ledger_days.posted_on
    from ledger_days
    cross join window_sources
    union all
    select
        bad_debts.customer_id,
        'invoices', bad_debts.invoice_id,
        0,
        case
            when window_sources.bad_debt_from = 'invoices' then -bad_debts.amount
            else 0
        end,
        bad_debts.posted_on
    from bad_debts
    cross join window_sources
)
select * from final
