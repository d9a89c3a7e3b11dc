-- How naming potential would have done a year before D, with what was known then: of
-- the customers who were named and were not big, how many are big today. Beside it the
-- same number of customers named by chance, and by the net revenue of the year before.
-- grain: method
-- needs: order_lines
-- mart: yes
-- units: candidates count, named count, became_big count, rate share, rate_low share
-- units: rate_high share
-- column: method  clv (the model), revenue (last year's spend) or random
-- column: as_of  the day a year before D
-- column: candidates  customers with a score then who were not big
-- column: named  customers named
-- column: became_big  of them, big today; by chance the number to be expected
-- column: rate  share of those named who are big today
-- column: rate_low  lower end of its 95 % interval; none by chance
-- column: rate_high  upper end
-- column: reason  not_enough_data: nobody could be named a year ago; else NULL
with
past_potential as (
    select * from analysis.past_potential
),
params as (
    select * from run.params
),
counts as (
    select
        count(*) as candidates,
        count(case when was_named then 1 end) as named,
        count(case when was_named and is_big_now then 1 end) as by_clv,
        count(case when was_named_by_revenue and is_big_now then 1 end) as by_revenue,
        count(case when is_big_now then 1 end) as big_now
    from past_potential
),
methods as (
    select 'clv' as method, candidates, named, cast(by_clv as double) as became_big
    from counts
    union all
    select 'revenue', candidates, named, cast(by_revenue as double)
    from counts
    union all
    select
        'random', candidates, named,
        cast(named as double) * cast(big_now as double)
            / nullif(cast(candidates as double), 0)
    from counts
),
rated as (
    select
        method, candidates, named, became_big,
        cast(named as double) as n,
        became_big / nullif(cast(named as double), 0) as rate,
        1.959963984540054e0 as z
    from methods
),
scaled as (
    select
        method, candidates, named, became_big, n, rate, z,
        1 + z * z / nullif(n, 0) as spread
    from rated
),
bounds as (
    select
        method, candidates, named, became_big, rate,
        (rate + z * z / nullif(2 * n, 0)) / nullif(spread, 0) as middle,
        z * sqrt(rate * (1 - rate) / nullif(n, 0) + z * z / nullif(4 * n * n, 0))
            / nullif(spread, 0) as half_width
    from scaled
),
final as (
    select
        cast(bounds.method as varchar) as method,
        cast(params.previous_as_of as date) as as_of,
        cast(bounds.candidates as bigint) as candidates,
        cast(bounds.named as bigint) as named,
        cast(coalesce(bounds.became_big, 0) as double) as became_big,
        cast(bounds.rate as double) as rate,
        case
            when bounds.method = 'random' then null
            when bounds.middle - bounds.half_width < 0 then 0e0
            else bounds.middle - bounds.half_width
        end as rate_low,
        case
            when bounds.method = 'random' then null
            when bounds.middle + bounds.half_width > 1 then 1e0
            else bounds.middle + bounds.half_width
        end as rate_high,
        cast(case when bounds.named = 0 then 'not_enough_data' end as varchar) as reason
    from bounds
    cross join params
)
select * from final
