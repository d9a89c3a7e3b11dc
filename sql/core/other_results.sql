-- One customer in a profit window with something that is no order line: returns of the
-- returns table, which take their cost back with them, and the revenue of running
-- contracts.
-- grain: profit_window, customer_id
-- needs: none
-- view: yes
-- units: revenue money, returns money, cogs money
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
entries as (
    select
        profit_windows.profit_window, returns.customer_id,
        cast(0 as decimal(38, 4)) as revenue,
        returns.returns,
        -returns.returned_cost as cogs
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
        cast(0 as decimal(38, 4)) as cogs
    from contract_accruals
),
final as (
    select
        profit_window, customer_id,
        sum(revenue) as revenue, sum(returns) as returns, sum(cogs) as cogs
    from entries
    group by profit_window, customer_id
)
select * from final
