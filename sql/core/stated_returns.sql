-- One part of an order that came back on one day, by the returns table, with the
-- amounts that were stated for it. A return that names no known order, or one of
-- nobody, is `unassigned`. A return without a day lies on the day on which the part was
-- sold.
-- grain: order_id, part, returned_on
-- needs: none
-- view: yes
-- units: stated_amount money, without_amount count, net_amount money, cost money
-- column: sold_on  the last day on which the part was sold, NULL for an unknown order
with
params as (
    select * from run.params
),
returns as (
    select * from staging.returns
),
returned_parts as (
    select * from core.returned_parts
),
returned_orders as (
    select
        order_id,
        min(customer_id) as customer_id, max(last_ordered_on) as last_ordered_on
    from returned_parts
    group by order_id
),
placed as (
    select
        returns.order_id,
        case
            when returned_parts.part is not null then returned_parts.part
            when returns.line_id is null or returns.amount is not null
                then 'rest of the order'
            else 'unknown line'
        end as part,
        returns.amount,
        returns.returned_on
    from returns
    left join returned_parts
        on returns.order_id = returned_parts.order_id
        and returns.line_id = returned_parts.part
),
dated as (
    select
        placed.order_id, placed.part,
        coalesce(
            returned_parts.customer_id, returned_orders.customer_id, 'unassigned'
        ) as customer_id,
        placed.amount,
        coalesce(returned_parts.net_amount, 0) as net_amount,
        coalesce(returned_parts.cost, 0) as cost,
        coalesce(returned_parts.last_ordered_on, returned_orders.last_ordered_on)
            as sold_on,
        coalesce(
            placed.returned_on, returned_parts.last_ordered_on,
            returned_orders.last_ordered_on, params.last_day
        ) as returned_on
    from placed
    cross join params
    left join returned_parts
        on placed.order_id = returned_parts.order_id
        and placed.part = returned_parts.part
    left join returned_orders
        on placed.order_id = returned_orders.order_id
),
final as (
    select
        dated.order_id, dated.part, dated.customer_id,
        coalesce(sum(dated.amount), 0) as stated_amount,
        count(*) - count(dated.amount) as without_amount,
        dated.net_amount, dated.cost,
        dated.sold_on, dated.returned_on
    from dated
    cross join params
    where dated.returned_on < params.as_of
    group by
        dated.order_id, dated.part, dated.customer_id, dated.net_amount, dated.cost,
        dated.sold_on, dated.returned_on
)
select * from final
