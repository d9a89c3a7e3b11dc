-- What goes with one point of score more: profit, or leaving. An association, not an
-- effect: contented customers differ in more than their score. Least squares over
-- customers with an interval that does not take the spread to be the same everywhere
-- (HC3); of leaving it is a linear probability model, which also holds where the score
-- tells leavers apart, as a logistic one does not.
-- grain: outcome, timing, element
-- needs: surveys, order_lines | contracts | ledger
-- mart: yes
-- units: customers count, mean_score points
-- column: outcome  profit: in W; churned: left by D
-- column: timing  earlier: answers of the W before, of customers who were still there
--   when W began; within: answers of W itself, before the customer left
-- column: element  all, contact, product_quality, service, image, other or unknown
-- column: method  ols_hc3
-- column: unit  money per point, or share of customers per point
-- column: per_point  slope; NULL when it is refused
-- column: low  lower end of the 95 % interval
-- column: high  upper end of it
-- column: at_mean  profit or share at the mean score
-- column: is_quoted  the one that the report says: earlier where it can be estimated,
--   since what comes after cannot cause what came before
-- column: reason  why there is none: too_few_customers, one_score, nobody_left,
--   everybody_left, few_on_one_side, told_apart; NULL when there is one
-- column: says  association
with
slopes as (
    select * from fit.satisfaction_slopes
),
usable as (
    select
        outcome, element,
        max(case when timing = 'earlier' then 1 else 0 end) as has_earlier
    from slopes
    where reason is null
    group by outcome, element
),
final as (
    select
        cast(slopes.outcome as varchar) as outcome,
        cast(slopes.timing as varchar) as timing,
        cast(slopes.element as varchar) as element,
        cast('ols_hc3' as varchar) as method,
        cast(case when slopes.outcome = 'profit' then 'money' else 'share' end
            as varchar) as unit,
        cast(slopes.customers as bigint) as customers,
        cast(slopes.mean_score as double) as mean_score,
        cast(slopes.at_mean as double) as at_mean,
        cast(slopes.slope as double) as per_point,
        cast(slopes.low as double) as low,
        cast(slopes.high as double) as high,
        slopes.reason is null
        and (
            slopes.timing = 'earlier' or coalesce(usable.has_earlier, 0) = 0
        ) as is_quoted,
        cast(slopes.reason as varchar) as reason,
        cast('association' as varchar) as says
    from slopes
    left join usable
        on slopes.outcome = usable.outcome
        and slopes.element = usable.element
)
select * from final
