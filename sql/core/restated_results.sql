-- One customer of a closed period, with the figures that were closed and those that are
-- counted now; a customer of only one of both has zeros on the other side.
-- grain: period, customer_id
-- needs: none
-- view: yes
with
closed_figures as (
    select * from run.closed_figures
),
closed_results as (
    select * from core.closed_results
),
final as (
    select
        coalesce(closed_figures.period, closed_results.period) as period,
        coalesce(closed_figures.customer_id, closed_results.customer_id) as customer_id,
        coalesce(closed_figures.revenue, 0) as revenue_first,
        coalesce(closed_results.revenue, 0) as revenue_now,
        coalesce(closed_figures.discounts, 0) as discounts_first,
        coalesce(closed_results.discounts, 0) as discounts_now,
        coalesce(closed_figures.returns, 0) as returns_first,
        coalesce(closed_results.returns, 0) as returns_now,
        coalesce(closed_figures.cogs, 0) as cogs_first,
        coalesce(closed_results.cogs, 0) as cogs_now,
        coalesce(closed_figures.cost_to_serve, 0) as cost_to_serve_first,
        coalesce(closed_results.cost_to_serve, 0) as cost_to_serve_now,
        coalesce(closed_figures.bad_debt, 0) as bad_debt_first,
        coalesce(closed_results.bad_debt, 0) as bad_debt_now,
        coalesce(closed_figures.allocated_cost, 0) as allocated_cost_first,
        coalesce(closed_results.allocated_cost, 0) as allocated_cost_now,
        coalesce(closed_figures.profit, 0) as profit_first,
        coalesce(closed_results.profit, 0) as profit_now
    from closed_figures
    full join closed_results
        on closed_figures.period = closed_results.period
        and closed_figures.customer_id = closed_results.customer_id
)
select * from final
