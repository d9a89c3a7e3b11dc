-- One customer with a result in both windows, and why the margin of their measured
-- sales (those of core.product_sales: sales - discounts - cost) changed. The variances
-- of Horngren, Datar and Rajan, Cost Accounting, chapters 7 and 14, with quantity told
-- by sales at old prices, because pieces of different goods do not add up. 0 is the
-- window before, 1 is now, q quantity, s sales, S and M all sales and margin:   price
-- = sum of s1 - s0 / q0 * q1, over the products bought in both windows   discount = sum
-- of d0 / q0 * q1 - d1, cost = the same of cost, over these products   volume   = M0 /
-- S0 * (S1 - price - S0): more or less of everything, as it was   mix      = M1 - M0
-- less all of these: other goods, or more of the better ones A customer who paid
-- nothing before has volume instead of mix. Each quotient is rounded once, mix takes
-- what the rounding leaves, and the parts add up exactly.
-- grain: customer_id
-- needs: none
-- units: price money, volume money, mix money, discount money, unit_cost money
-- units: sales_change money, discounts_change money, cost_change money
with
product_sales as (
    select * from core.product_sales
),
ratios as (
    select
        customer_id,
        sales_before, discounts_before, cost_before,
        sales_now, discounts_now, cost_now,
        quantity_before, quantity_now,
        case when quantity_before > 0 and quantity_now > 0 then 1 else 0 end as is_both,
        cast(quantity_now as double) / nullif(cast(quantity_before as double), 0)
            as growth
    from product_sales
),
products as (
    select
        customer_id,
        sales_before, discounts_before, cost_before,
        sales_now, discounts_now, cost_now,
        is_both * (sales_now - cast(
            round(coalesce(cast(sales_before as double) * growth, 0), 4)
            as decimal(38, 4)
        )) as price,
        is_both * (cast(
            round(coalesce(cast(discounts_before as double) * growth, 0), 4)
            as decimal(38, 4)
        ) - discounts_now) as discount,
        is_both * (cast(
            round(coalesce(cast(cost_before as double) * growth, 0), 4)
            as decimal(38, 4)
        ) - cost_now) as unit_cost
    from ratios
),
customers as (
    select
        customer_id,
        sum(price) as price, sum(discount) as discount, sum(unit_cost) as unit_cost,
        sum(sales_before) as sales_before,
        sum(sales_now - sales_before) as sales_change,
        sum(discounts_now - discounts_before) as discounts_change,
        sum(cost_now - cost_before) as cost_change,
        sum(sales_before - discounts_before - cost_before) as margin_before
    from products
    group by customer_id
),
volumes as (
    select
        customer_id,
        price, discount, unit_cost,
        sales_change, discounts_change, cost_change,
        sales_change - discounts_change - cost_change - price - discount - unit_cost
            as volume_and_mix,
        case
            when sales_before = 0
                then sales_change - discounts_change - cost_change - price - discount
                    - unit_cost
            else cast(
                round(
                    cast(margin_before as double)
                    / nullif(cast(sales_before as double), 0)
                    * cast(sales_change - price as double),
                    4
                ) as decimal(38, 4)
            )
        end as volume
    from customers
),
final as (
    select
        customer_id,
        cast(price as decimal(38, 4)) as price,
        cast(volume as decimal(38, 4)) as volume,
        cast(volume_and_mix - volume as decimal(38, 4)) as mix,
        cast(discount as decimal(38, 4)) as discount,
        cast(unit_cost as decimal(38, 4)) as unit_cost,
        cast(sales_change as decimal(38, 4)) as sales_change,
        cast(discounts_change as decimal(38, 4)) as discounts_change,
        cast(cost_change as decimal(38, 4)) as cost_change
    from volumes
)
select * from final
