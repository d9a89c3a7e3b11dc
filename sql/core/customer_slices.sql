-- One customer in a slice of time, what order lines say of them and what the ledger
-- says.
-- grain: customer_id, slice
-- needs: none
-- units: orders count, revenue money, discounts money, returns money, cogs money
-- units: counted_lines count, costed_lines count, ledger_revenue money
-- units: ledger_discounts money, ledger_returns money, ledger_cogs money
-- units: ledger_costs money, ledger_bad_debt money
-- column: orders  orders of one day with a sale line
-- column: ledger_costs  service, selling and overhead that name the customer
with
line_slices as (
    select * from core.line_slices
),
ledger_slices as (
    select * from core.ledger_slices where customer_id <> 'unassigned'
),
final as (
    select
        coalesce(line_slices.customer_id, ledger_slices.customer_id) as customer_id,
        coalesce(line_slices.slice, ledger_slices.slice) as slice,
        coalesce(line_slices.orders_of_one_day, 0) as orders,
        coalesce(line_slices.revenue, 0) as revenue,
        coalesce(line_slices.discounts, 0) as discounts,
        coalesce(line_slices.returns, 0) as returns,
        coalesce(line_slices.cogs, 0) as cogs,
        coalesce(line_slices.counted_lines, 0) as counted_lines,
        coalesce(line_slices.costed_lines, 0) as costed_lines,
        coalesce(ledger_slices.revenue, 0) as ledger_revenue,
        coalesce(ledger_slices.discount, 0) as ledger_discounts,
        coalesce(ledger_slices.refund, 0) as ledger_returns,
        coalesce(ledger_slices.cogs, 0) as ledger_cogs,
        cast(
            coalesce(ledger_slices.service, 0) + coalesce(ledger_slices.selling, 0)
            + coalesce(ledger_slices.overhead, 0) as decimal(38, 4)
        ) as ledger_costs,
        coalesce(ledger_slices.bad_debt, 0) as ledger_bad_debt
    from line_slices
    full join ledger_slices
        on line_slices.customer_id = ledger_slices.customer_id
        and line_slices.slice = ledger_slices.slice
)
select * from final
