-- The order lines, and how many of them have a quantity above zero beside an amount
-- below zero. The amount counts, as a return.
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
        negative_amount as failing,
        lines as tested
    from line_figures
)
select * from final
