-- The order lines that sold something, and how many of them have no known cost, where
-- some line has one. Without a cost a customer looks richer than they are.
-- grain: table_name
-- needs: order_lines
-- severity: warning
-- units: failing count, tested count

with line_figures as (
    select * from publish.line_figures
),
final as (
    select
        'order_lines' as table_name,
        case
            when uncosted_sale_lines < sale_lines then uncosted_sale_lines
            else 0
        end as failing,
        sale_lines as tested
    from line_figures
)
select * from final
