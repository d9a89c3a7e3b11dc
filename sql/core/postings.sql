-- One entry behind a customer's figures in a window: an order line, a return, a ledger
-- entry, a contract or a share of common cost, what it adds to which part of the
-- figures, and where it was loaded from. The amounts of a part add up to that part in
-- core.customer_results. Read for one customer and for closed periods; nothing else
-- needs every entry.
-- grain: profit_window, table_name, entry_key, part
-- needs: none
-- view: yes
-- units: amount money
-- column: part  revenue, discounts, returns, cogs, cost_to_serve, bad_debt or
--   allocated_cost
-- column: table_name  where the entry stands; allocations for shares of common cost
-- column: posted_on  the day it counts on; NULL for what counts in the whole window
with
window_sources as (
    select * from core.window_sources
),
profit_windows as (
    select
        profit_windows.profit_window, profit_windows.kind,
        profit_windows.starts_on, profit_windows.ends_on,
        window_sources.sales_from, window_sources.cogs_from,
        window_sources.bad_debt_from
    from core.profit_windows as profit_windows
    inner join window_sources
        on profit_windows.profit_window = window_sources.profit_window
),
dated_postings as (
    select * from core.dated_postings
),
contract_accruals as (
    select * from core.contract_accruals
),
contracts as (
    select * from staging.contracts
),
allocations as (
    select * from core.allocations
),
final as (
    select
        profit_windows.profit_window, profit_windows.kind as profit_window_kind,
        dated_postings.customer_id, dated_postings.part,
        dated_postings.table_name, dated_postings.entry_key,
        dated_postings.amount,
        dated_postings.posted_on,
        dated_postings._source, dated_postings._file, dated_postings._line
    from dated_postings
    inner join profit_windows
        on dated_postings.posted_on >= profit_windows.starts_on
        and dated_postings.posted_on < profit_windows.ends_on
    where dated_postings.origin = case dated_postings.part
        when 'cogs' then profit_windows.cogs_from
        when 'cost_to_serve' then 'ledger'
        when 'bad_debt' then profit_windows.bad_debt_from
        else profit_windows.sales_from
    end
    union all
    select
        profit_windows.profit_window, profit_windows.kind as profit_window_kind,
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
        and profit_windows.sales_from = 'lines'
    union all
    select
        profit_windows.profit_window, profit_windows.kind as profit_window_kind,
        allocations.customer_id,
        'allocated_cost' as part,
        'allocations' as table_name, allocations.kind as entry_key,
        case when allocations.kind = 'revenue' then -allocations.amount
            else allocations.amount end as amount,
        cast(null as date) as posted_on,
        cast(null as varchar) as _source, cast(null as varchar) as _file,
        cast(null as bigint) as _line
    from allocations
    inner join profit_windows
        on allocations.profit_window = profit_windows.profit_window
    where allocations.amount <> 0
)
select * from final
