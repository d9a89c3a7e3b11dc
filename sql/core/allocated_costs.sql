-- One customer in a profit window and the sum of what was allocated to them. Revenue
-- that names nobody and is allocated lowers the cost, discounts and refunds raise it.
-- grain: profit_window, customer_id
-- needs: none
-- view: yes
-- units: allocated_cost money
with
allocations as (
    select * from core.allocations
),
final as (
    select
        profit_window, customer_id,
        cast(sum(case when kind = 'revenue' then -amount else amount end)
            as decimal(38, 4)) as allocated_cost
    from allocations
    group by profit_window, customer_id
)
select * from final
