-- The products by their ids and by their names, and how many are written like another
-- one but for capitals, blanks and punctuation (mart similar_products names them all).
-- Where two are one product, write under data: the id that counts as
-- product_id: { column: …, values: { GTXPro: GTX Pro } }.
-- grain: table_name
-- needs: order_lines | opportunities | products
-- severity: warning
-- units: failing count, tested count
-- column: detail  the first
with
similar_products as (
    select * from analysis.similar_products
),
order_lines as (
    select product_id from staging.order_lines where product_id is not null
),
opportunities as (
    select product_id from staging.opportunities where product_id is not null
),
products as (
    select product_id, name from staging.products
),
spellings as (
    select distinct 'id' as kind, product_id as spelling
    from order_lines
    union distinct
    select 'id', product_id
    from opportunities
    union distinct
    select 'id', product_id
    from products
    union distinct
    select 'name', name
    from products
    where name is not null
),
numbered as (
    select
        kind, spelling, similar_to,
        row_number() over (order by uses desc, kind, spelling) as place
    from similar_products
),
found as (
    select
        count(*) as failing,
        max(
            case
                when place = 1 then concat(
                    kind, ' "', spelling, '" is written like "', similar_to, '"'
                )
            end
        ) as first_found
    from numbered
),
tested as (
    select count(*) as tested
    from spellings
),
final as (
    select
        'products' as table_name,
        found.failing,
        tested.tested,
        found.first_found as detail
    from found
    cross join tested
)
select * from final
