-- How the next products would have done: recommended from what was known before the
-- hold-out to the customers who bought in it. A hit is a customer who bought one of the
-- first so many products that were offered. Beside it the most popular products,
-- offered by the same rule about what a customer has already. Where the method does not
-- surely beat popularity over all its places, mart next_products is empty.
-- grain: places
-- needs: order_lines
-- mart: yes
-- units: days days, customers count, hits count, popular_hits count, only_method count
-- units: only_popular count, hit_rate share, popular_rate share, difference share
-- units: difference_low share, difference_high share
-- column: places  the first so many products offered: 1, 5, 10
-- column: cut_on  first day of the hold-out; NULL when the history is too short for one
-- column: days  days of the hold-out, until D
-- column: customers  who had bought before the hold-out and bought in it
-- column: hits  of them, those whom the method hit
-- column: popular_hits  those whom popularity hit
-- column: only_method  those whom the method hit and popularity did not
-- column: only_popular  those whom popularity hit and the method did not
-- column: hit_rate  hits divided by customers
-- column: popular_rate  popular_hits divided by customers
-- column: difference  hit_rate less popular_rate
-- column: difference_low  lower end of its 95 % interval, paired (Bonett and Price
--   2012)
-- column: difference_high  upper end
-- column: usable  whether the lower end over all places is above zero; the same in
--   every row
-- column: reason  why it is not: no_products, too_short, too_few_customers, no_pairs,
--   worse or no_better than popularity; else NULL
with
offer_trials as (
    select * from analysis.offer_trials
),
offer_days as (
    select * from analysis.offer_days
),
offer_policy as (
    select * from run.offer_policy
),
products as (
    select count(*) as sold
    from analysis.product_numbers
),
judged as (
    select
        case
            when products.sold = 0 then 'no_products'
            when offer_days.holdout_until is null then 'too_short'
            when offer_trials.customers < offer_policy.least_customers
                then 'too_few_customers'
            when offer_trials.scored = 0 then 'no_pairs'
            when offer_trials.high < 0 then 'worse'
            when offer_trials.low <= 0 then 'no_better'
        end as reason
    from offer_trials
    inner join offer_policy
        on offer_trials.places = offer_policy.offers
    cross join offer_days
    cross join products
),
final as (
    select
        cast(trials.places as bigint) as places,
        cast(offer_days.holdout_until as date) as cut_on,
        cast(offer_days.holdout_days as bigint) as days,
        cast(trials.customers as bigint) as customers,
        cast(trials.hits as bigint) as hits,
        cast(trials.popular_hits as bigint) as popular_hits,
        cast(trials.only_method as bigint) as only_method,
        cast(trials.only_popular as bigint) as only_popular,
        cast(trials.hits as double) / nullif(cast(trials.customers as double), 0)
            as hit_rate,
        cast(trials.popular_hits as double)
            / nullif(cast(trials.customers as double), 0) as popular_rate,
        cast(trials.hits - trials.popular_hits as double)
            / nullif(cast(trials.customers as double), 0) as difference,
        cast(case when trials.customers > 0 then trials.low end as double)
            as difference_low,
        cast(case when trials.customers > 0 then trials.high end as double)
            as difference_high,
        cast(judged.reason is null as boolean) as usable,
        cast(judged.reason as varchar) as reason
    from offer_trials as trials
    cross join offer_days
    cross join judged
)
select * from final
