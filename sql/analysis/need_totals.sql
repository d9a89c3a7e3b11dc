-- One customer with a sale line in a window of the report, and how much they bought.
-- grain: profit_window, customer_id
-- needs: none
-- units: net_money money, lines count, products count
-- column: products  how many they bought; lines that name none are left out
with
need_purchases as (
    select * from analysis.need_purchases
),
final as (
    select
        profit_window, customer_id,
        cast(sum(net_money) as decimal(38, 4)) as net_money,
        cast(sum(lines) as bigint) as lines,
        count(distinct case when product_id <> 'none' then product_id end) as products
    from need_purchases
    group by profit_window, customer_id
)
select * from final
