-- One row: what one pass over the order lines before D counts for the checks. Every
-- line counts once, with the cost that is known before any policy for missing costs.
-- grain: none
-- needs: none
-- units: lines count, no_customer count, zero_price count, negative_quantity count
-- units: negative_amount count, counted_net money, window_sales money
-- units: sale_lines count, uncosted_sale_lines count, uncosted_window_sales money
-- column: negative_quantity  quantity below zero beside an amount above zero
-- column: negative_amount  quantity above zero beside an amount below zero
-- column: counted_net  net value of the lines that count in money

with single_lines as (
    select * from core.single_lines
),
cost_policies as (
    select * from core.cost_policies
),
params as (
    select * from run.params
),
judged as (
    select
        single_lines.customer_id,
        single_lines.quantity,
        single_lines.unit_price,
        single_lines.net_amount,
        single_lines.cost,
        single_lines.net_amount > 0
            and coalesce(single_lines.status, 'none') <> 'cancelled' as is_sale,
        (
            single_lines.net_amount < 0
            or coalesce(single_lines.status, 'none') <> 'cancelled'
        )
        and (
            single_lines.cost is not null or cost_policies.missing_cost <> 'exclude'
        ) as is_counted,
        single_lines.ordered_on >= params.window_start as is_in_window
    from single_lines
    cross join cost_policies
    cross join params
),
final as (
    select
        count(*) as lines,
        count(case when customer_id is null then 1 end) as no_customer,
        count(
            case
                when unit_price = 0 then 1
                when unit_price is null and net_amount = 0 then 1
            end
        ) as zero_price,
        count(case when quantity < 0 and net_amount > 0 then 1 end)
            as negative_quantity,
        count(case when quantity > 0 and net_amount < 0 then 1 end) as negative_amount,
        cast(coalesce(sum(case when is_counted then net_amount end), 0)
            as decimal(38, 4)) as counted_net,
        count(case when is_sale then 1 end) as sale_lines,
        count(case when is_sale and cost is null then 1 end) as uncosted_sale_lines,
        cast(coalesce(sum(case when is_sale and is_in_window then net_amount end), 0)
            as decimal(38, 4)) as window_sales,
        cast(coalesce(sum(
            case when is_sale and is_in_window and cost is null then net_amount end
        ), 0) as decimal(38, 4)) as uncosted_window_sales
    from judged
)
select * from final
