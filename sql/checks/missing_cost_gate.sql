-- The sale lines without a known cost, failing when they hold more of the sales in the
-- window W than allowed (5 % unless configured) and profit.missing_cost declares
-- nothing: declare category_average, zero or exclude, or map the cost.
-- grain: table_name
-- needs: order_lines
-- severity: error
-- units: failing count, tested count

with line_figures as (
    select * from publish.line_figures
),
params as (
    select * from run.params
),
final as (
    select
        'order_lines' as table_name,
        case
            when params.missing_cost = 'none'
                and line_figures.uncosted_sale_lines < line_figures.sale_lines
                and 10000 * line_figures.uncosted_window_sales
                    > params.missing_cost_bp * line_figures.window_sales
                then line_figures.uncosted_sale_lines
            else 0
        end as failing,
        line_figures.sale_lines as tested
    from line_figures
    cross join params
)
select * from final
