-- One product that was sold, with the share of the sales value that goods of its
-- category cost on the lines whose cost is known; a product without a category, or of
-- one where no cost is known, takes the share of all lines. Only under `missing_cost:
-- category_average`.
-- grain: product_id
-- needs: none
-- units: cost_share share
with
cost_policies as (
    select * from core.cost_policies
),
single_lines as (
    select * from core.single_lines
),
products as (
    select * from staging.products
),
product_sales as (
    select
        coalesce(single_lines.product_id, 'none') as product_id,
        sum(case when single_lines.cost is not null then single_lines.net_amount end)
            as net_amount,
        sum(single_lines.cost) as cost
    from single_lines
    cross join cost_policies
    where cost_policies.missing_cost = 'category_average'
        and single_lines.net_amount > 0
        and coalesce(single_lines.status, 'none') <> 'cancelled'
    group by coalesce(single_lines.product_id, 'none')
),
product_categories as (
    select
        product_id,
        max_by(category, case when category is not null then valid_from end)
            as category
    from products
    group by product_id
),
categorised as (
    select
        product_sales.product_id,
        coalesce(product_categories.category, 'none') as category,
        product_sales.net_amount,
        product_sales.cost
    from product_sales
    left join product_categories
        on product_sales.product_id = product_categories.product_id
),
totals as (
    select
        product_id,
        sum(net_amount) over (partition by category) as category_net,
        sum(cost) over (partition by category) as category_cost,
        sum(net_amount) over () as all_net,
        sum(cost) over () as all_cost,
        category
    from categorised
),
final as (
    select
        product_id,
        cast(
            round(
                case
                    when category <> 'none' and category_net > 0
                        then cast(category_cost as double)
                            / nullif(cast(category_net as double), 0)
                    else cast(all_cost as double) / nullif(cast(all_net as double), 0)
                end,
                8
            ) as decimal(12, 8)
        ) as cost_share
    from totals
)
select * from final
