-- One product from the day on which a cost holds until the day on which the next one
-- does. Of two rows about the same product and day the first copy counts, by the order
-- of the mappings in pharos.yaml, then by file and line. A product without a day holds
-- from the beginning, and valid_to is the first day on which it no longer does. Unit
-- costs are in the company's currency. Where no row holds, there is no cost.
-- grain: product_id, valid_from
-- needs: none
-- view: yes
-- units: unit_cost money
with
products as (
    select * from raw.products
),
dated as (
    select
        product_id,
        name, category,
        unit_cost,
        coalesce(valid_from, date '1900-01-01') as valid_from, valid_to,
        _mapping, _file, _line
    from products
),
numbered as (
    select
        product_id,
        name, category,
        unit_cost,
        valid_from, valid_to,
        row_number() over (
            partition by product_id, valid_from
            order by
                _mapping nulls last, _file nulls last, _line nulls last,
                name nulls last, category nulls last, unit_cost nulls last,
                valid_to nulls last
        ) as copy_number
    from dated
),
final as (
    select
        product_id,
        name, category,
        unit_cost,
        valid_from,
        case
            when lead(valid_from) over same_product < valid_to
                then lead(valid_from) over same_product
            else coalesce(valid_to, lead(valid_from) over same_product)
        end as valid_to
    from numbered
    where copy_number = 1
    window same_product as (partition by product_id order by valid_from)
)
select * from final
