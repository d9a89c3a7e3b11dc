-- One customer with a result in the window W or in W a year before, and what changed
-- their profit from then to now. Of customers in both, price, volume, mix and the
-- discount and cost per unit come from the order lines that name a product and a
-- quantity (core.sales_effects). Returns and cost to serve are the changes booked.
-- Discounts and cost that those lines do not show stand with discount and
-- cost_of_goods, revenue that they do not show (lines without a product or a quantity,
-- contracts, ledger entries) in other_revenue: it is not guessed what was behind it.
-- grain: customer_id
-- needs: order_lines | contracts | ledger
-- mart: yes
-- units: profit_before money, profit_now money, profit_change money
-- units: price money, volume money, mix money, discount money, returns money
-- units: cost_of_goods money, cost_to_serve money, other_revenue money
-- units: new_customers money, lost_customers money
-- column: standing  kept, new (a result now only) or lost (one before only)
-- column: cost_of_goods  cost per unit; also cost of goods returned or not on the lines
-- column: cost_to_serve  service and selling, bad debt and allocated cost
-- column: new_customers  all profit of a new customer
-- column: lost_customers  all profit of a lost one, taken away
with
customer_results as (
    select * from core.customer_results
),
sales_effects as (
    select * from core.sales_effects
),
signed as (
    select
        customer_id,
        case when profit_window = 'current' then 1 else -1 end as sign,
        revenue, discounts, returns, cogs,
        cost_to_serve + bad_debt + allocated_cost as other_cost,
        profit
    from customer_results
    where profit_window in ('previous', 'current')
),
changes as (
    select
        customer_id,
        case when count(*) = 2 then 'kept' when sum(sign) = 1 then 'new' else 'lost' end
            as standing,
        sum(sign * revenue) as revenue, sum(sign * discounts) as discounts,
        sum(sign * returns) as returns, sum(sign * cogs) as cogs,
        sum(sign * other_cost) as other_cost,
        sum(case when sign = -1 then profit else 0 end) as profit_before,
        sum(case when sign = 1 then profit else 0 end) as profit_now
    from signed
    group by customer_id
),
weighted as (
    select
        changes.customer_id, changes.standing,
        case when changes.standing = 'kept' then 1 else 0 end as is_kept,
        case when changes.standing = 'kept' then 0 else 1 end as is_moved,
        changes.revenue, changes.discounts, changes.returns, changes.cogs,
        changes.other_cost,
        changes.profit_before, changes.profit_now,
        coalesce(sales_effects.price, 0) as price,
        coalesce(sales_effects.volume, 0) as volume,
        coalesce(sales_effects.mix, 0) as mix,
        coalesce(sales_effects.discount, 0) as discount,
        coalesce(sales_effects.unit_cost, 0) as unit_cost,
        coalesce(sales_effects.sales_change, 0) as sales_change,
        coalesce(sales_effects.discounts_change, 0) as discounts_change,
        coalesce(sales_effects.cost_change, 0) as cost_change
    from changes
    left join sales_effects
        on changes.customer_id = sales_effects.customer_id
),
final as (
    select
        cast(customer_id as varchar) as customer_id,
        cast(standing as varchar) as standing,
        cast(profit_before as decimal(38, 4)) as profit_before,
        cast(profit_now as decimal(38, 4)) as profit_now,
        cast(profit_now - profit_before as decimal(38, 4)) as profit_change,
        cast(price as decimal(38, 4)) as price,
        cast(volume as decimal(38, 4)) as volume,
        cast(mix as decimal(38, 4)) as mix,
        cast(is_kept * (discount - discounts + discounts_change) as decimal(38, 4))
            as discount,
        cast(-is_kept * returns as decimal(38, 4)) as returns,
        cast(is_kept * (unit_cost - cogs + cost_change) as decimal(38, 4))
            as cost_of_goods,
        cast(-is_kept * other_cost as decimal(38, 4)) as cost_to_serve,
        cast(is_kept * (revenue - sales_change) as decimal(38, 4)) as other_revenue,
        cast(is_moved * profit_now as decimal(38, 4)) as new_customers,
        cast(-is_moved * profit_before as decimal(38, 4)) as lost_customers
    from weighted
)
select * from final
