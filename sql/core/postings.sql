-- One entry behind a customer's figures in a window: an order line, a return or a
-- contract, what it adds to which part of the figures, and where it was loaded from.
-- The amounts of a part add up to that part in core.customer_results. Read for one
-- customer and for closed periods; nothing else needs every entry.
-- grain: profit_window, table_name, entry_key, part
-- needs: none
-- view: yes
-- units: amount money
-- column: part  revenue, discounts, returns, cogs, cost_to_serve, bad_debt or
--   allocated_cost
-- column: posted_on  the day it counts on; NULL for a contract, which counts day by day
with
profit_windows as (
    select * from core.profit_windows
),
line_postings as (
    select * from core.line_postings
),
return_postings as (
    select * from core.return_postings
),
contract_accruals as (
    select * from core.contract_accruals
),
contracts as (
    select * from staging.contracts
),
dated as (
    select
        customer_id, part,
        'order_lines' as table_name, entry_key,
        amount,
        ordered_on as posted_on,
        _source, _file, _line
    from line_postings
    union all
    select
        customer_id, part,
        'returns' as table_name, entry_key,
        amount,
        posted_on,
        _source, _file, _line
    from return_postings
),
final as (
    select
        profit_windows.profit_window, profit_windows.kind as profit_window_kind,
        dated.customer_id, dated.part,
        dated.table_name, dated.entry_key,
        dated.amount,
        dated.posted_on,
        dated._source, dated._file, dated._line
    from dated
    inner join profit_windows
        on dated.posted_on >= profit_windows.starts_on
        and dated.posted_on < profit_windows.ends_on
    union all
    select
        contract_accruals.profit_window, profit_windows.kind as profit_window_kind,
        contract_accruals.customer_id,
        'revenue' as part,
        'contracts' as table_name, contract_accruals.contract_id as entry_key,
        contract_accruals.revenue as amount,
        cast(null as date) as posted_on,
        contracts._source, contracts._file, contracts._line
    from contract_accruals
    inner join profit_windows
        on contract_accruals.profit_window = profit_windows.profit_window
    inner join contracts
        on contract_accruals.contract_id = contracts.contract_id
    where contract_accruals.revenue <> 0
)
select * from final
