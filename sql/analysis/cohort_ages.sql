-- How many customers of one cohort (first active in the same period) were active a
-- number of periods later, and for how many that was the last time. An age at which
-- nobody was active has no row.
-- grain: cohort_index, age
-- needs: none
-- units: age periods, active count, last_seen count

with customer_periods as (
    select * from analysis.customer_periods
),
final as (
    select
        cohort_index,
        period_index - cohort_index as age,
        count(*) as active,
        count(case when next_index is null then 1 end) as last_seen
    from customer_periods
    group by cohort_index, period_index - cohort_index
)
select * from final
