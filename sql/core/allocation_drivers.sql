-- One customer in a profit window with what a declared driver measures of them: net
-- revenue above zero, orders, service cases, or 1 for everybody with a result in the
-- window (equal). Customers without a share are no row; a driver that no allocation
-- declares is not measured.
-- grain: driver, profit_window, customer_id
-- needs: none
-- view: yes
-- column: is_history  whether the window is one of the history
-- column: weight  the customer's measure
with
allocation_rules as (
    select driver
    from run.allocations
    group by driver
),
direct_results as (
    select
        profit_window, false as is_history, customer_id, orders, net_revenue
    from core.direct_results
    union all
    select
        profit_window, true as is_history, customer_id, orders, net_revenue
    from core.direct_history
),
profit_windows as (
    select * from core.profit_windows
),
cases as (
    select customer_id, opened_on from staging.cases
),
measured as (
    select
        allocation_rules.driver,
        direct_results.profit_window, direct_results.is_history,
        direct_results.customer_id,
        case allocation_rules.driver
            when 'revenue' then cast(direct_results.net_revenue as decimal(38, 4))
            when 'orders' then cast(direct_results.orders as decimal(38, 4))
            else cast(1 as decimal(38, 4))
        end as measure
    from direct_results
    cross join allocation_rules
    where allocation_rules.driver <> 'cases'
    union all
    select
        allocation_rules.driver,
        profit_windows.profit_window, profit_windows.kind = 'history' as is_history,
        cases.customer_id,
        cast(count(*) as decimal(38, 4))
    from cases
    inner join profit_windows
        on cases.opened_on >= profit_windows.starts_on
        and cases.opened_on < profit_windows.ends_on
    cross join allocation_rules
    where allocation_rules.driver = 'cases'
    group by
        allocation_rules.driver, profit_windows.profit_window, profit_windows.kind,
        cases.customer_id
),
final as (
    select driver, profit_window, is_history, customer_id, measure as weight
    from measured
    where measure > 0
)
select * from final
