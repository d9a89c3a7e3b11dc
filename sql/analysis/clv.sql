-- One customer with at least one purchase day: their history as the lifetime models see
-- it, and the future value that is expected of them over the horizon. Value and spend
-- are estimates in doubles, not postings: they add up to nothing. The scores are NULL
-- when the model was refused, the value also without a profit margin (model_fit
-- says why).
-- grain: customer_id
-- needs: order_lines
-- mart: yes
-- units: frequency count, recency units, age units, p_alive share
-- units: expected_purchases count, expected_spend money, clv money, clv_low money
-- units: clv_high money, days_since days
-- column: customer_id  the customer's id
-- column: frequency  repeat purchase days, in all history
-- column: recency  time from the first purchase to the last, t_x of the models, in the
--   unit_days of model_fit.parameters
-- column: age  time from the first purchase to the last whole day before D, T, likewise
-- column: days_since  days from the last purchase to D (bought yesterday: 1)
-- column: p_alive  chance that they will buy again at all; 1 for everybody where
--   model_fit has a row nbd: that model knows no leaving
-- column: expected_purchases  purchase days expected over the horizon
-- column: expected_spend  expected value of such a day
-- column: clv  profit expected over the horizon, discounted
-- column: clv_low  lower bound: 90 % of the draws of the estimate lie in the bounds
-- column: clv_high  upper bound; NULL when too little is known to have one
-- column: is_rising  among the first fifth by clv, and not big by value today
with
purchase_histories as (
    select * from analysis.purchase_histories
),
lifetime_cuts as (
    select * from analysis.lifetime_cuts where is_now
),
purchase_scores as (
    select * from fit.purchase_scores
),
customer_values as (
    select * from fit.customer_values
),
lifetime as (
    select * from run.lifetime
),
pareto as (
    select customer_id, is_big from segment.pareto
),
ranked as (
    select
        customer_id, clv,
        row_number() over (order by clv desc, customer_id) as clv_rank,
        count(*) over () as customers
    from customer_values
),
final as (
    select
        cast(purchase_histories.customer_id as varchar) as customer_id,
        cast(purchase_histories.repeat_days as bigint) as frequency,
        cast(purchase_histories.recency_days as double)
            / nullif(cast(lifetime.unit_days as double), 0) as recency,
        cast(purchase_histories.age_days as double)
            / nullif(cast(lifetime.unit_days as double), 0) as age,
        cast(
            purchase_histories.age_days - purchase_histories.recency_days + 1 as bigint
        ) as days_since,
        cast(purchase_scores.p_alive as double) as p_alive,
        cast(purchase_scores.expected_purchases as double) as expected_purchases,
        cast(customer_values.expected_spend as double) as expected_spend,
        cast(customer_values.clv as double) as clv,
        cast(customer_values.clv_low as double) as clv_low,
        cast(customer_values.clv_high as double) as clv_high,
        coalesce(
            ranked.clv > 0
            and 5 * (ranked.clv_rank - 1) < ranked.customers
            and not coalesce(pareto.is_big, false), false
        ) as is_rising
    from purchase_histories
    inner join lifetime_cuts
        on purchase_histories.cut_on = lifetime_cuts.cut_on
    cross join lifetime
    left join purchase_scores
        on purchase_histories.customer_id = purchase_scores.customer_id
    left join customer_values
        on purchase_histories.customer_id = customer_values.customer_id
    left join ranked
        on purchase_histories.customer_id = ranked.customer_id
    left join pareto
        on purchase_histories.customer_id = pareto.customer_id
)
select * from final
