-- One day with order lines without a customer: how many, and their net value.
-- grain: ordered_on
-- needs: none
-- units: lines count, net_revenue money
with
lines as (
    select * from core.lines
),
final as (
    select
        cast(
            coalesce(sum(case when is_counted then net_amount end), 0)
            as decimal(38, 4)
        ) as net_revenue,
        count(*) as lines,
        ordered_on
    from lines
    where customer_id is null
    group by ordered_on
)
select * from final
