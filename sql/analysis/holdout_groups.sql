-- Customers who looked the same to a purchase model before the hold-out and bought on
-- as many days in it.
-- grain: repeat_days, recency_days, age_days, held_days
-- needs: none
-- units: repeat_days count, recency_days days, age_days days, held_days count
-- units: customers count

with holdout_purchases as (
    select * from analysis.holdout_purchases
),
final as (
    select
        repeat_days, recency_days, age_days, held_days,
        count(*) as customers
    from holdout_purchases
    group by repeat_days, recency_days, age_days, held_days
)
select * from final
