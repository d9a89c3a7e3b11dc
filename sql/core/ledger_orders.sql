-- One order that a ledger entry without a customer names, and the customer of its
-- lines; `unassigned` when no line of it has one.
-- grain: order_id
-- needs: none
with
single_entries as (
    select * from core.single_entries
),
single_lines as (
    select * from core.single_lines
),
named_orders as (
    select order_id
    from single_entries
    where customer_id is null and order_id is not null
    group by order_id
),
final as (
    select
        single_lines.order_id,
        coalesce(min(single_lines.customer_id), 'unassigned') as customer_id
    from single_lines
    inner join named_orders
        on single_lines.order_id = named_orders.order_id
    group by single_lines.order_id
)
select * from final
