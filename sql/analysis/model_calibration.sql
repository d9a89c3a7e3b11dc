-- What a lifetime model that learnt from the days before the hold-out said of it,
-- beside what happened, by the repeat days that customers had until then. The row `all`
-- is everybody; that of gamma_gamma is money, the others are purchase days.
-- grain: model, bought
-- needs: order_lines
-- mart: yes
-- units: customers count
-- column: model  the model
-- column: bought  repeat purchase days before the hold-out: 0 to 6, 7+, or all
-- column: customers  with so many
-- column: predicted  purchase days of the hold-out that were predicted, or their value
-- column: actual  what they came to
with
holdouts as (
    select * from fit.holdouts
),
final as (
    select
        cast(model as varchar) as model,
        cast(bought as varchar) as bought,
        cast(customers as bigint) as customers,
        cast(predicted as double) as predicted,
        cast(actual as double) as actual
    from holdouts
)
select * from final
