-- One month in which a customer was active, in all history before the as-of day, with
-- the active month before it. Months are counted by year * 12 + month.
-- grain: customer_id, month_index
-- needs: none
-- column: previous_index  the last active month before, NULL in the first one
-- column: first_active_on  the first active day of the month
with
activity as (
    select * from core.activity
),
months as (
    select
        customer_id,
        cast(year(active_on) * 12 + month(active_on) as bigint) as month_index,
        min(active_on) as first_active_on
    from activity
    group by customer_id, cast(year(active_on) * 12 + month(active_on) as bigint)
),
final as (
    select
        customer_id, month_index,
        lag(month_index) over (partition by customer_id order by month_index)
            as previous_index,
        first_active_on
    from months
)
select * from final
