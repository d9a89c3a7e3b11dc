-- Customers who looked the same to the model of spend before the hold-out and bought in
-- it: on how many days, and what these came to.
-- grain: repeat_days, repeat_value
-- needs: none
-- units: repeat_days count, repeat_value money, customers count, held_days count
-- units: held_value money

with holdout_purchases as (
    select * from analysis.holdout_purchases
),
final as (
    select
        repeat_days, repeat_value,
        count(*) as customers,
        cast(sum(held_days) as bigint) as held_days,
        cast(sum(held_value) as decimal(38, 4)) as held_value
    from holdout_purchases
    where held_days > 0
    group by repeat_days, repeat_value
)
select * from final
