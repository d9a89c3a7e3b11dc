-- Customers who look the same to a purchase model on a day of lifetime_cuts: everything
-- that its likelihood needs.
-- grain: cut_on, repeat_days, recency_days, age_days
-- needs: none
-- units: repeat_days count, recency_days days, age_days days, customers count

with purchase_histories as (
    select * from analysis.purchase_histories
),
final as (
    select
        cut_on, repeat_days, recency_days, age_days,
        count(*) as customers
    from purchase_histories
    group by cut_on, repeat_days, recency_days, age_days
)
select * from final
