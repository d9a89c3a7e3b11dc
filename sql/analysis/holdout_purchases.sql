-- One customer known before the hold-out: what the models knew of them then, and the
-- purchase days that followed until D, with their value.
-- grain: customer_id
-- needs: none
-- units: repeat_days count, recency_days days, age_days days, repeat_value money
-- units: held_days count, held_value money

with purchase_histories as (
    select * from analysis.purchase_histories
),
lifetime_cuts as (
    select * from analysis.lifetime_cuts
),
before as (
    select
        purchase_histories.customer_id,
        purchase_histories.repeat_days,
        purchase_histories.recency_days,
        purchase_histories.age_days,
        purchase_histories.repeat_value
    from purchase_histories
    inner join lifetime_cuts
        on purchase_histories.cut_on = lifetime_cuts.cut_on
    where lifetime_cuts.is_holdout
),
now as (
    select
        purchase_histories.customer_id,
        purchase_histories.repeat_days,
        purchase_histories.recency_days,
        purchase_histories.age_days,
        purchase_histories.repeat_value
    from purchase_histories
    inner join lifetime_cuts
        on purchase_histories.cut_on = lifetime_cuts.cut_on
    where lifetime_cuts.is_now
),
final as (
    select
        before.customer_id,
        before.repeat_days,
        before.recency_days,
        before.age_days,
        before.repeat_value,
        now.repeat_days - before.repeat_days as held_days,
        now.repeat_value - before.repeat_value as held_value
    from before
    inner join now
        on before.customer_id = now.customer_id
)
select * from final
