-- One product that a customer has, seen from D and from the hold-out. At the hold-out
-- only customers count who bought after it: of the others nobody knows what they would
-- have taken.
-- grain: cut, customer_no, product_no
-- needs: order_lines
-- view: yes
-- column: cut  now or holdout
-- column: is_recent  whether it is among the last bought, which likeness is taken from
-- column: is_open  whether it may be offered again
with
owned_products as (
    select * from analysis.owned_products
),
offered_again as (
    select * from analysis.offered_again
),
tried as (
    select customer_no from analysis.tried_customers
),
held as (
    select 'now' as cut, customer_no, product_no, is_now = 1 as is_recent
    from owned_products
    union all
    select
        'holdout', owned_products.customer_no, owned_products.product_no,
        owned_products.is_holdout = 1
    from owned_products
    inner join tried
        on owned_products.customer_no = tried.customer_no
    where owned_products.is_held = 1
),
final as (
    select
        held.cut, held.customer_no, held.product_no,
        held.is_recent,
        offered_again.product_no is not null as is_open
    from held
    left join offered_again
        on held.product_no = offered_again.product_no
)
select * from final
