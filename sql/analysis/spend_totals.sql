-- The value of purchase days on a day of lifetime_cuts, of the customers with repeat
-- days of positive value and of all. Without a model of spend their mean stands for
-- everybody's.
-- grain: cut_on
-- needs: none
-- units: repeat_days count, repeat_value money, purchase_days count
-- units: purchase_value money

with purchase_histories as (
    select * from analysis.purchase_histories
),
final as (
    select
        cut_on,
        cast(
            coalesce(sum(case when repeat_value > 0 then repeat_days end), 0) as bigint
        ) as repeat_days,
        cast(coalesce(sum(case when repeat_value > 0 then repeat_value end), 0)
            as decimal(38, 4)) as repeat_value,
        cast(sum(repeat_days + 1) as bigint) as purchase_days,
        cast(sum(purchase_value) as decimal(38, 4)) as purchase_value
    from purchase_histories
    group by cut_on
)
select * from final
