-- One customer's part of the shared entries of a kind in a profit window that is shown
-- in full. Those of the history go into core.history_results at once.
-- grain: profit_window, kind, customer_id
-- needs: none
-- units: amount money
-- column: weight  what the driver measures of the customer
with
allocated_parts as (
    select * from core.allocated_parts where not is_history
),
final as (
    select profit_window, kind, customer_id, driver, weight, amount
    from allocated_parts
)
select * from final
