-- One product that a customer with a result in both windows, `previous` and `current`,
-- bought in one of them: what the sale lines that name a product and a quantity say of
-- each window. Sales are before discounts.
-- grain: customer_id, product_id
-- needs: none
-- units: sales_before money, discounts_before money, cost_before money
-- units: sales_now money, discounts_now money, cost_now money
-- units: quantity_before count, quantity_now count
with
profit_windows as (
    select * from core.profit_windows
),
customer_results as (
    select * from core.customer_results
),
lines as (
    select * from core.lines
),
windows as (
    select
        min(case when profit_window = 'previous' then starts_on end) as before_on,
        min(case when profit_window = 'previous' then ends_on end) as before_until,
        min(case when profit_window = 'current' then starts_on end) as now_on,
        min(case when profit_window = 'current' then ends_on end) as now_until
    from profit_windows
),
kept_customers as (
    select customer_id
    from customer_results
    where profit_window in ('previous', 'current')
    group by customer_id
    having count(*) = 2
),
placed as (
    select
        lines.customer_id, lines.product_id,
        lines.net_amount, lines.discount, lines.cost, lines.quantity,
        lines.ordered_on >= windows.before_on
            and lines.ordered_on < windows.before_until as is_before,
        lines.ordered_on >= windows.now_on
            and lines.ordered_on < windows.now_until as is_now
    from lines
    inner join kept_customers
        on lines.customer_id = kept_customers.customer_id
    cross join windows
    where lines.is_sale and lines.is_counted
        and lines.product_id is not null
        and lines.quantity > 0
        and lines.ordered_on >= windows.before_on
),
summed as (
    select
        customer_id, product_id,
        sum(case when is_before then net_amount end) as net_before,
        sum(case when is_before then discount end) as discounts_before,
        sum(case when is_before then cost end) as cost_before,
        sum(case when is_before then quantity end) as quantity_before,
        sum(case when is_now then net_amount end) as net_now,
        sum(case when is_now then discount end) as discounts_now,
        sum(case when is_now then cost end) as cost_now,
        sum(case when is_now then quantity end) as quantity_now
    from placed
    where is_before or is_now
    group by customer_id, product_id
),
final as (
    select
        customer_id, product_id,
        cast(coalesce(net_before + discounts_before, 0) as decimal(38, 4))
            as sales_before,
        cast(coalesce(discounts_before, 0) as decimal(38, 4)) as discounts_before,
        cast(coalesce(cost_before, 0) as decimal(38, 4)) as cost_before,
        cast(coalesce(net_now + discounts_now, 0) as decimal(38, 4)) as sales_now,
        cast(coalesce(discounts_now, 0) as decimal(38, 4)) as discounts_now,
        cast(coalesce(cost_now, 0) as decimal(38, 4)) as cost_now,
        cast(coalesce(quantity_before, 0) as decimal(38, 6)) as quantity_before,
        cast(coalesce(quantity_now, 0) as decimal(38, 6)) as quantity_now
    from summed
)
select * from final
