-- A customer's future value by the purchase model.
-- grain: customer_id
-- needs: order_lines
-- part_of: publish.customer_values
-- view: yes
-- units: clv money

with clv as (
    select * from analysis.clv
),
final as (
    select customer_id, clv, coalesce(is_rising, false) as is_rising
    from clv
)
select * from final
