-- One customer with a result in any profit window: net revenue and profit.
-- grain: profit_window, customer_id
-- needs: none
-- view: yes
-- units: net_revenue money, profit money
with
final as (
    select profit_window, customer_id, net_revenue, profit from core.customer_results
    union all
    select profit_window, customer_id, net_revenue, profit from core.history_results
)
select * from final
