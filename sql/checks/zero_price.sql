-- The order lines, and how many of them are free: their price is zero, or without a
-- price their amount is. They count as activity.
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
        zero_price as failing,
        lines as tested
    from line_figures
)
select * from final
