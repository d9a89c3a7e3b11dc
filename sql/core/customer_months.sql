-- One month in which a customer was active, in all history before the as-of day, with
-- the months of activity before and after it. Months are counted by year * 12 + month.
-- grain: customer_id, month_index
-- needs: none
-- column: previous_index  the last active month before, NULL in the first one
-- column: next_index  the next active month, NULL in the last one
with
activity as (
    select * from core.activity
),
months as (
    select
        customer_id,
        cast(year(active_on) * 12 + month(active_on) as bigint) as month_index
    from activity
    group by customer_id, cast(year(active_on) * 12 + month(active_on) as bigint)
),
final as (
    select
        customer_id, month_index,
        lag(month_index) over same_customer as previous_index,
        lead(month_index) over same_customer as next_index
    from months
    window same_customer as (partition by customer_id order by month_index)
)
select * from final
