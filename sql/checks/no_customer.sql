-- The order lines, and how many of them name no customer. They are in every total as
-- unassigned and in no figure about customers.
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
        no_customer as failing,
        lines as tested
    from line_figures
)
select * from final
