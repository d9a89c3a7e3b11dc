-- One customer in a profit window with something that is no order line: returns of the
-- returns table, which take their cost back with them, the revenue of running
-- contracts, and invoices that became bad debt.
-- grain: profit_window, customer_id
-- needs: none
-- view: yes
-- units: revenue money, returns money, cogs money, bad_debt money
with
profit_windows as (
    select * from core.profit_windows
),
returns as (
    select * from core.returns
),
contract_accruals as (
    select * from core.contract_accruals
),
bad_debts as (
    select * from core.bad_debts
),
entries as (
    select
        profit_windows.profit_window, returns.customer_id,
        cast(0 as decimal(38, 4)) as revenue,
        returns.returns,
        -returns.returned_cost as cogs,
        cast(0 as decimal(38, 4)) as bad_debt
    from returns
    inner join profit_windows
        on returns.returned_on >= profit_windows.starts_on
        and returns.returned_on < profit_windows.ends_on
    where returns.customer_id <> 'unassigned'
    union all
    select
        profit_window, customer_id,
        revenue,
        cast(0 as decimal(38, 4)) as returns,
        cast(0 as decimal(38, 4)) as cogs,
        cast(0 as decimal(38, 4)) as bad_debt
    from contract_accruals
    union all
    select
        profit_windows.profit_window, bad_debts.customer_id,
        cast(0 as decimal(38, 4)) as revenue,
        cast(0 as decimal(38, 4)) as returns,
        cast(0 as decimal(38, 4)) as cogs,
        bad_debts.amount as bad_debt
    from bad_debts
    inner join profit_windows
        on bad_debts.posted_on >= profit_windows.starts_on
        and bad_debts.posted_on < profit_windows.ends_on
),
final as (
    select
        profit_window, customer_id,
        sum(revenue) as revenue, sum(returns) as returns, sum(cogs) as cogs,
        sum(bad_debt) as bad_debt
    from entries
    group by profit_window, customer_id
)
select * from final
