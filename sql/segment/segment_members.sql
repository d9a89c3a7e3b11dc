-- One known customer in one segmentation: Pharos' own (kind, region, country, age,
-- income, rfm, lifecycle, tier), the analyst's own models, every declared attribute
-- under its own name, and the crosses of two of them that pharos.yaml asks for. What
-- nobody knows of a customer is `unknown`; a segmentation that knows nothing of anybody
-- is left out.
-- grain: customer_id, segmentation
-- needs: order_lines | contracts | ledger
-- mart: yes
-- column: customer_id  the customer's id
-- column: segmentation  by what the customers are divided
-- column: segment  where the customer belongs
with
single_members as (
    select * from segment.single_members
),
crossed_members as (
    select * from segment.crossed_members
),
final as (
    select
        cast(customer_id as varchar) as customer_id,
        cast(segmentation as varchar) as segmentation,
        cast(segment as varchar) as segment
    from single_members
    union all
    select
        cast(customer_id as varchar) as customer_id,
        cast(segmentation as varchar) as segmentation,
        cast(segment as varchar) as segment
    from crossed_members
)
select * from final
