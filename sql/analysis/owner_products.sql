-- One product that enough customers have to be counted in likeness, at D or at the
-- hold-out, and who bought it in the spans of the baskets.
-- grain: product_no
-- needs: order_lines
-- units: owners_now count, owners_holdout count, buyers_now count, buyers_holdout count
-- column: owners_now  customers who have it among their last bought at D
-- column: owners_holdout  the same at the hold-out
-- column: buyers_now  customers who bought it in the span of the baskets until D
-- column: buyers_holdout  the same until the hold-out
with
owned_products as (
    select * from analysis.owned_products
),
final as (
    select
        product_no,
        cast(sum(is_now) as bigint) as owners_now,
        cast(sum(is_holdout) as bigint) as owners_holdout,
        cast(sum(in_span_now) as bigint) as buyers_now,
        cast(sum(in_span_holdout) as bigint) as buyers_holdout
    from owned_products
    group by product_no
)
select * from final
