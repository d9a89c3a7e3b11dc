-- One customer who bought before D, with the place in the order of the ids: what
-- customers have in common is counted by number.
-- grain: customer_id
-- needs: order_lines
-- column: customer_no  from 1 on, in the order of the ids
with
lines as (
    select customer_id, is_sale from core.lines
),
buyers as (
    select distinct customer_id
    from lines
    where is_sale and customer_id is not null
),
final as (
    select
        customer_id,
        row_number() over (order by customer_id) as customer_no
    from buyers
)
select * from final
