-- An own segmentation, a model beside pharos.yaml that says `segmentation: yes`, and
-- how many of its rows name a customer whom no source knows before the as-of day.
-- grain: table_name
-- needs: none
-- severity: error
-- units: failing count, tested count
with
own_segments as (
    select * from segment.own_segments
),
customers as (
    select * from core.customers
),
final as (
    select
        own_segments.segmentation as table_name,
        count(
            case
                when own_segments.customer_id is not null
                    and customers.customer_id is null then 1
            end
        ) as failing,
        count(*) as tested
    from own_segments
    left join customers
        on own_segments.customer_id = customers.customer_id
    group by own_segments.segmentation
)
select * from final
