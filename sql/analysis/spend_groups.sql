-- Customers who look the same to the model of spend on a day of lifetime_cuts: repeat
-- days and their value together. A value of zero or below is no spend.
-- grain: cut_on, repeat_days, repeat_value
-- needs: none
-- units: repeat_days count, repeat_value money, customers count

with purchase_histories as (
    select * from analysis.purchase_histories
),
final as (
    select
        cut_on, repeat_days, repeat_value,
        count(*) as customers
    from purchase_histories
    where repeat_days > 0 and repeat_value > 0
    group by cut_on, repeat_days, repeat_value
)
select * from final
