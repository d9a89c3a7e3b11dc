-- A profit window on the ledger, failing for each kind whose entries are not, to the
-- cent, those of customers and what stays unassigned, and when the profits of all
-- customers together are not what the kinds leave.
-- grain: table_name
-- needs: ledger
-- severity: error
-- units: failing count, tested count

with kind_balances as (
    select * from core.kind_balances
),
customer_results as (
    select * from core.customer_results
),
window_sources as (
    select * from core.window_sources
),
posted as (
    select
        kind_balances.profit_window,
        sum(case
            when kind_balances.kind = 'revenue' and sales_from = 'ledger' then assigned
            when kind_balances.kind in ('discount', 'refund')
                and sales_from = 'ledger' then -assigned
            when kind_balances.kind = 'cogs' and cogs_from = 'ledger' then -assigned
            when kind_balances.kind in ('service', 'selling', 'overhead', 'bad_debt')
                then -assigned
            else 0
        end) + sum(
            case kind_balances.kind when 'revenue' then allocated else -allocated end
        ) as profit,
        count(case
            when ledger_total <> assigned + allocated + unassigned then 1
        end) as broken,
        count(*) as kinds
    from kind_balances
    inner join window_sources
        on kind_balances.profit_window = window_sources.profit_window
    group by kind_balances.profit_window
),
earned as (
    select
        customer_results.profit_window,
        sum(
            case when sales_from = 'ledger' then net_revenue else 0 end
            - case when cogs_from = 'ledger' then cogs else 0 end
            - cost_to_serve
            - case when bad_debt_from = 'ledger' then bad_debt else 0 end
            - allocated_cost
        ) as profit
    from customer_results
    inner join window_sources
        on customer_results.profit_window = window_sources.profit_window
    group by customer_results.profit_window
),
final as (
    select
        'ledger' as table_name,
        coalesce(sum(
            posted.broken
            + case when posted.profit = coalesce(earned.profit, 0) then 0 else 1 end
        ), 0) as failing,
        coalesce(sum(posted.kinds + 1), 0) as tested
    from posted
    left join earned
        on posted.profit_window = earned.profit_window
)
select * from final
