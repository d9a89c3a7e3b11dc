-- The baskets of the window, and how many hold more different products than
-- needs.baskets.largest: they are in no pair of products, because an order of
-- everything says of no two products that they go together.
-- grain: table_name
-- needs: order_lines
-- severity: warning
-- units: failing count, tested count
-- column: detail  the largest
with
basket_totals as (
    select * from analysis.basket_totals
),
final as (
    select
        'order_lines' as table_name,
        large_now as failing,
        baskets_now + large_now as tested,
        case
            when large_now > 0 then concat(
                'the largest is order ', largest_order, ' with ',
                cast(products_largest as varchar), ' different products'
            )
        end as detail
    from basket_totals
)
select * from final
