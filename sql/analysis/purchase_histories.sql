-- What a lifetime model knows of one customer on a day of lifetime_cuts: repeat
-- purchase days (all but the first), days from the first to the last, and days from the
-- first to the last whole day before the cut. The value of a day is its net, with the
-- returns of that day.
-- grain: cut_on, customer_id
-- needs: none
-- units: repeat_days count, recency_days days, age_days days
-- units: repeat_value money, purchase_value money
-- column: repeat_days  x of the models
-- column: recency_days  t_x of the models, in days
-- column: age_days  T of the models, in days
-- column: repeat_value  value of the repeat days
-- column: purchase_value  value of all purchase days

with activity as (
    select * from core.activity
),
returns as (
    select customer_id, returned_on, sum(returns) as returns
    from core.returns
    group by customer_id, returned_on
),
cuts as (
    select cut_on from analysis.lifetime_cuts
),
purchases as (
    select
        activity.customer_id,
        activity.net_revenue - coalesce(returns.returns, 0) as value,
        activity.active_on,
        min(activity.active_on) over (partition by activity.customer_id) as first_on
    from activity
    left join returns
        on activity.customer_id = returns.customer_id
        and activity.active_on = returns.returned_on
),
counted as (
    select
        cuts.cut_on,
        purchases.customer_id,
        count(*) - 1 as repeat_days,
        sum(case when purchases.active_on > purchases.first_on then purchases.value end)
            as repeat_value,
        sum(purchases.value) as purchase_value,
        purchases.first_on,
        max(purchases.active_on) as last_on
    from purchases
    cross join cuts
    where purchases.active_on < cuts.cut_on
    group by cuts.cut_on, purchases.customer_id, purchases.first_on
),
final as (
    select
        cut_on,
        customer_id,
        repeat_days,
        cast(date_diff('day', first_on, last_on) as bigint) as recency_days,
        cast(date_diff('day', first_on, cut_on) - 1 as bigint) as age_days,
        cast(coalesce(repeat_value, 0) as decimal(38, 4)) as repeat_value,
        cast(purchase_value as decimal(38, 4)) as purchase_value
    from counted
)
select * from final
