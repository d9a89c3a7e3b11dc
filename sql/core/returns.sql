-- One part of an order that came back on one day, by the returns table, and its value.
-- That is the stated amount; the first return without one takes what the stated ones
-- leave of the part's net value. The returned cost is the share of the part's cost that
-- comes back with the goods, and never more than that cost; goods that are lost bring
-- none back.
-- grain: order_id, part, returned_on
-- needs: none
-- units: returns money, returned_cost money
-- column: sold_on  the last day on which the part was sold, NULL for an unknown order
with
params as (
    select * from run.params
),
stated_returns as (
    select * from core.stated_returns
),
compared as (
    select
        order_id, part, customer_id,
        stated_amount, without_amount, net_amount, cost,
        net_amount - sum(stated_amount) over same_part as unstated,
        min(case when without_amount > 0 then returned_on end) over same_part
            as first_unstated_on,
        sold_on, returned_on
    from stated_returns
    window same_part as (partition by order_id, part)
),
valued as (
    select
        order_id, part, customer_id,
        case
            when returned_on = first_unstated_on and unstated > 0
                then stated_amount + unstated
            else stated_amount
        end as returns,
        net_amount, cost,
        sold_on, returned_on
    from compared
),
accumulated as (
    select
        order_id, part, customer_id,
        returns, net_amount, cost,
        sum(returns) over (
            partition by order_id, part
            order by returned_on
            rows between unbounded preceding and current row
        ) as returns_so_far,
        sold_on, returned_on
    from valued
),
shared as (
    select
        order_id, part, customer_id,
        returns, cost,
        case
            when net_amount <= 0 then 0
            when returns_so_far >= net_amount then 1
            else cast(returns_so_far as double) / nullif(cast(net_amount as double), 0)
        end as share_after,
        case
            when net_amount <= 0 then 0
            when returns_so_far - returns >= net_amount then 1
            else cast(returns_so_far - returns as double)
                / nullif(cast(net_amount as double), 0)
        end as share_before,
        sold_on, returned_on
    from accumulated
),
costed as (
    select
        order_id, part, customer_id,
        returns,
        cast(cast(cost as decimal(26, 4)) * cast(share_after as decimal(12, 10))
            as decimal(38, 4)) as cost_after,
        cast(cast(cost as decimal(26, 4)) * cast(share_before as decimal(12, 10))
            as decimal(38, 4)) as cost_before,
        sold_on, returned_on
    from shared
),
final as (
    select
        costed.order_id, costed.part, costed.customer_id,
        cast(costed.returns as decimal(38, 4)) as returns,
        cast(
            case
                when params.returned_goods = 'restocked'
                    then costed.cost_after - costed.cost_before
                else 0
            end as decimal(38, 4)
        ) as returned_cost,
        costed.sold_on, costed.returned_on
    from costed
    cross join params
)
select * from final
