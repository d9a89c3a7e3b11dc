-- One customer's figures of a closed period, counted again from what is known now.
-- grain: period, customer_id
-- needs: none
-- view: yes
-- units: orders count, revenue money, discounts money, returns money, cogs money
-- units: cost_to_serve money, bad_debt money, allocated_cost money
-- units: net_revenue money, profit money
with
closings as (
    select * from run.closings
),
customer_results as (
    select * from core.customer_results
),
final as (
    select
        closings.period, customer_results.customer_id,
        customer_results.basis,
        customer_results.revenue, customer_results.discounts,
        customer_results.returns, customer_results.cogs,
        customer_results.cost_to_serve, customer_results.bad_debt,
        customer_results.allocated_cost,
        customer_results.net_revenue, customer_results.profit,
        customer_results.orders
    from customer_results
    inner join closings
        on customer_results.profit_window = closings.profit_window
)
select * from final
