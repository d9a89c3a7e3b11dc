-- One customer on whom the next products are tried: who had bought before the hold-out
-- and bought in it. Of the others nobody knows what they would have taken.
-- grain: customer_no
-- needs: order_lines
with
owned_products as (
    select customer_no, is_held, is_bought_after from analysis.owned_products
),
final as (
    select customer_no
    from owned_products
    group by customer_no
    having max(is_held) = 1 and max(is_bought_after) = 1
)
select * from final
