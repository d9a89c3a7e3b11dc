-- A customer who has said that they leave: their last leaving before D, with what was
-- stated and the class of it.
-- grain: customer_id
-- needs: none

with departure_reasons as (
    select * from analysis.departure_reasons
),
last_days as (
    select customer_id, max(left_on) as left_on
    from departure_reasons
    group by customer_id
),
final as (
    select
        departure_reasons.customer_id,
        departure_reasons.category,
        departure_reasons.reason,
        departure_reasons.said,
        departure_reasons.competitor,
        departure_reasons.class,
        departure_reasons.sub_class,
        departure_reasons.left_on
    from departure_reasons
    inner join last_days
        on departure_reasons.customer_id = last_days.customer_id
        and departure_reasons.left_on = last_days.left_on
)
select * from final
