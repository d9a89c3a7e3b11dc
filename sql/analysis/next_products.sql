-- A product that a customer will most likely take next, of at most ten, with what it is
-- concluded from. Empty where the method did not beat popularity when it was tried
-- (mart next_product_backtest). Customers are those who have bought a product before D.
-- grain: customer_id, rank
-- needs: order_lines
-- mart: yes
-- units: rank count, together count, of_owned count, of_product count, counted count
-- units: confidence share
-- column: rank  from 1 on; ties go by the product's id
-- column: product_id  the product to offer
-- column: name  its name; its id where the products table has none
-- column: rule  what speaks most for it: basket (bought together with a product that
--   the customer has), alike (had by the customers who have that product), or popular
--   (only where fewer than ten come from the customer's own products)
-- column: owned_product_id  the product that the customer has and that speaks most for
--   it; NULL for a popular one
-- column: owned_name  name of that product
-- column: together  baskets (rule basket) or customers (alike) with both; the customers
--   who bought it in the window (popular)
-- column: of_owned  baskets or customers with the owned product
-- column: of_product  baskets or customers with the offered one
-- column: counted  all baskets or customers that were counted
-- column: confidence  share of those with the owned product that have this one too
-- column: lift  how many times as often as if neither cared for the other
-- column: score  sum over the customer's products of how alike each is to this one
--   (cosine); NULL for a popular one
with
offers as (
    select * from analysis.offers where cut = 'now'
),
backtest as (
    select places from analysis.next_product_backtest where usable
),
offer_policy as (
    select offers from run.offer_policy
),
neighbours as (
    select * from analysis.next_neighbours where cut = 'now'
),
popular_products as (
    select * from analysis.popular_products where cut = 'now'
),
customer_numbers as (
    select * from analysis.customer_numbers
),
product_numbers as (
    select * from analysis.product_numbers
),
product_names as (
    select * from analysis.product_names
),
named as (
    select
        product_numbers.product_no, product_numbers.product_id,
        coalesce(product_names.name, product_numbers.product_id) as name
    from product_numbers
    left join product_names
        on product_numbers.product_id = product_names.product_id
),
final as (
    select
        cast(customer_numbers.customer_id as varchar) as customer_id,
        cast(offers.place as bigint) as rank,
        cast(products.product_id as varchar) as product_id,
        cast(products.name as varchar) as name,
        cast(coalesce(neighbours.rule, 'popular') as varchar) as rule,
        cast(owned.product_id as varchar) as owned_product_id,
        cast(owned.name as varchar) as owned_name,
        cast(coalesce(neighbours.together, popular_products.buyers) as bigint)
            as together,
        cast(neighbours.of_product as bigint) as of_owned,
        cast(neighbours.of_next as bigint) as of_product,
        cast(neighbours.counted as bigint) as counted,
        cast(neighbours.together as double)
            / nullif(cast(neighbours.of_product as double), 0) as confidence,
        cast(neighbours.together as double) * cast(neighbours.counted as double)
            / nullif(
                cast(neighbours.of_product as double)
                    * cast(neighbours.of_next as double), 0
            ) as lift,
        cast(offers.score as double) as score
    from offers
    inner join offer_policy
        on offers.place <= offer_policy.offers
    inner join backtest
        on offer_policy.offers = backtest.places
    inner join customer_numbers
        on offers.customer_no = customer_numbers.customer_no
    inner join named as products
        on offers.product_no = products.product_no
    left join neighbours
        on offers.strength = neighbours.strength
    left join named as owned
        on neighbours.product_no = owned.product_no
    left join popular_products
        on offers.product_no = popular_products.product_no
)
select * from final
