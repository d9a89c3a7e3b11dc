-- How many customers of one cohort (first active in the same period) were active a
-- number of periods later, how many of them in every period up to then, and for how
-- many that was the last time. An age at which nobody was active has no row.
-- grain: cohort_index, age
-- needs: none
-- units: age periods, active count, streak count, last_seen count

with customer_periods as (
    select * from analysis.customer_periods
),
aged as (
    select
        cohort_index, next_index,
        period_index - cohort_index as age,
        row_number() over (
            partition by customer_id
            order by period_index
        ) as active_periods
    from customer_periods
),
final as (
    select
        cohort_index,
        age,
        count(*) as active,
        count(case when active_periods = age + 1 then 1 end) as streak,
        count(case when next_index is null then 1 end) as last_seen
    from aged
    group by cohort_index, age
)
select * from final
