-- An own segmentation, a model beside pharos.yaml that says `segmentation: yes`, and
-- how many of its rows give a customer again whom it has given already, or nobody.
-- grain: table_name
-- needs: none
-- severity: error
-- units: failing count, tested count
with
own_segments as (
    select * from segment.own_segments
),
given as (
    select
        segmentation, customer_id,
        count(*) as times
    from own_segments
    group by segmentation, customer_id
),
final as (
    select
        segmentation as table_name,
        cast(sum(times - case when customer_id is null then 0 else 1 end) as bigint)
            as failing,
        cast(sum(times) as bigint) as tested
    from given
    group by segmentation
)
select * from final
