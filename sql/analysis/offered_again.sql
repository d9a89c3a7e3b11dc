-- One product that may be offered to customers who have it already, as pharos.yaml says
-- under needs.next.repeat: no product, every product, or those of some categories.
-- grain: product_no
-- needs: order_lines
with
product_numbers as (
    select * from analysis.product_numbers
),
product_names as (
    select product_id, category from analysis.product_names
),
repeat_categories as (
    select category from run.repeat_categories
),
offer_policy as (
    select repeats from run.offer_policy
),
final as (
    select product_numbers.product_no
    from product_numbers
    cross join offer_policy
    left join product_names
        on product_numbers.product_id = product_names.product_id
    left join repeat_categories
        on product_names.category = repeat_categories.category
    where offer_policy.repeats = 'allowed'
        or offer_policy.repeats = 'categories'
            and repeat_categories.category is not null
)
select * from final
