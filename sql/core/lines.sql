-- One order line before the as-of day, counted once. A sale is a line with a positive
-- quantity or amount, at any price, that was not cancelled; a negative amount is a
-- return whatever its quantity and status. Other cancelled lines are listed and do not
-- count. The cost is the known one, else what the missing-cost policy says.
-- grain: order_id, line_id
-- needs: none
-- view: yes
-- units: discount money, net_amount money, cost money
with
cost_policies as (
    select * from core.cost_policies
),
single_lines as (
    select * from core.single_lines
),
cost_shares as (
    select * from core.cost_shares
),
costed as (
    select
        single_lines.order_id, single_lines.line_id,
        single_lines.customer_id, single_lines.product_id,
        single_lines.channel, single_lines.status,
        single_lines.quantity, single_lines.unit_price,
        single_lines.discount, single_lines.net_amount,
        coalesce(
            single_lines.cost,
            case
                when cost_policies.missing_cost = 'zero' then cast(0 as decimal(18, 4))
                when single_lines.net_amount < 0
                    and cost_policies.returned_goods = 'lost'
                    then cast(0 * cost_shares.cost_share as decimal(18, 4))
                else cast(
                    cast(single_lines.net_amount as decimal(26, 4))
                    * cost_shares.cost_share as decimal(18, 4)
                )
            end
        ) as cost,
        single_lines.ordered_on,
        single_lines._source, single_lines._file, single_lines._line,
        cost_policies.missing_cost
    from single_lines
    cross join cost_policies
    left join cost_shares
        on coalesce(single_lines.product_id, 'none') = cost_shares.product_id
),
final as (
    select
        order_id, line_id, customer_id, product_id,
        channel, status,
        quantity, unit_price, discount, net_amount, cost,
        net_amount >= 0
            and (coalesce(quantity, 0) > 0 or net_amount > 0)
            and coalesce(status, 'none') <> 'cancelled' as is_sale,
        net_amount < 0 as is_return,
        (net_amount < 0 or coalesce(status, 'none') <> 'cancelled')
            and (cost is not null or missing_cost <> 'exclude') as is_counted,
        ordered_on,
        _source, _file, _line
    from costed
)
select * from final
