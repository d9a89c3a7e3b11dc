-- The order lines, failing when the net revenue of all customers and of the lines
-- without a customer is not, to the cent, the net value of every line that counts.
-- grain: table_name
-- needs: order_lines
-- severity: error
-- units: failing count, tested count

with line_figures as (
    select * from publish.line_figures
),
order_days as (
    select * from core.order_days
),
unassigned as (
    select * from core.unassigned
),
assigned as (
    select coalesce(sum(net_revenue), 0) as net_revenue
    from order_days
),
final as (
    select
        'order_lines' as table_name,
        case
            when assigned.net_revenue + unassigned.all_net_revenue
                = line_figures.counted_net
                then 0
            else 1
        end as failing,
        1 as tested
    from assigned
    cross join unassigned
    cross join line_figures
)
select * from final
