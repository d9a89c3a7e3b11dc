-- A product that is written like another one but for capitals, blanks and punctuation
-- (`GTXPro` and `GTX Pro`): perhaps one product under two names, which would be counted
-- as two. Looked at are the ids that order lines, opportunities and the products table
-- use, and the names of the latter; what consists of digits only is left alone. Two
-- spellings become one by `values:` in the mapping of product_id.
-- grain: kind, spelling
-- needs: order_lines | opportunities | products
-- mart: yes
-- units: uses count, similar_uses count
-- column: kind  id, or name (of the products table)
-- column: spelling  the product as it is written
-- column: similar_to  the other one: one of the products table first, then the one that
--   is used most
-- column: uses  order lines and opportunities, or rows of the products table for a name
-- column: similar_uses  the same of the other one
with
order_lines as (
    select product_id from staging.order_lines where product_id is not null
),
opportunities as (
    select product_id from staging.opportunities where product_id is not null
),
products as (
    select product_id, name from staging.products
),
written as (
    select 'id' as kind, product_id as spelling, count(*) as uses, 0 as listed
    from order_lines
    group by product_id
    union all
    select 'id', product_id, count(*), 0
    from opportunities
    group by product_id
    union all
    select distinct 'id', product_id, 0, 1
    from products
    union all
    select 'name', name, count(*), 1
    from products
    where name is not null
    group by name
),
spellings as (
    select
        kind, spelling,
        sum(uses) as uses,
        max(listed) as listed,
        replace(
            translate(lower(spelling), '-_./,;:()&+''’·　－（）', '                  '),
            ' ', ''
        ) as bare
    from written
    group by kind, spelling
),
ranked as (
    select
        kind, spelling, uses,
        first_value(spelling) over same_product as similar_to,
        first_value(uses) over same_product as similar_uses,
        row_number() over same_product as place
    from spellings
    where replace(translate(bare, '0123456789', '          '), ' ', '') <> ''
    window same_product as (
        partition by kind, bare
        order by listed desc, uses desc, spelling
    )
),
final as (
    select
        cast(kind as varchar) as kind,
        cast(spelling as varchar) as spelling,
        cast(similar_to as varchar) as similar_to,
        cast(uses as bigint) as uses,
        cast(similar_uses as bigint) as similar_uses
    from ranked
    where place > 1
)
select * from final
