-- How often the first so many products offered at the hold-out held one that was bought
-- in it, against the most popular ones, customer by customer. The interval of the
-- difference is that of paired shares by Bonett and Price (2012): one is added to each
-- of the counts that differ.
-- grain: places
-- needs: order_lines
-- units: customers count, hits count, popular_hits count, only_method count
-- units: only_popular count, scored count
-- column: places  the first so many products
-- column: customers  who had bought before the hold-out and bought in it
-- column: only_method  customers whom the method hit and popularity did not
-- column: only_popular  customers whom popularity hit and the method did not
-- column: scored  customers with an offer that does not come from popularity
with
offer_hits as (
    select * from analysis.offer_hits
),
offer_places as (
    select places from run.offer_places
),
judged as (
    select
        offer_places.places,
        offer_hits.customer_no,
        case when offer_hits.offer_place <= offer_places.places then 1 else 0 end
            as is_hit,
        case when offer_hits.popular_place <= offer_places.places then 1 else 0 end
            as is_popular,
        case when offer_hits.scored > 0 then 1 else 0 end as is_scored
    from offer_places
    left join offer_hits
        on offer_hits.customer_no > 0
),
counted as (
    select
        places,
        count(customer_no) as customers,
        cast(sum(is_hit) as bigint) as hits,
        cast(sum(is_popular) as bigint) as popular_hits,
        count(case when is_hit > is_popular then 1 end) as only_method,
        count(case when is_hit < is_popular then 1 end) as only_popular,
        cast(sum(is_scored) as bigint) as scored
    from judged
    group by places
),
shares as (
    select
        places, customers, hits, popular_hits, only_method, only_popular, scored,
        cast(customers + 2 as double) as n,
        cast(only_method + 1 as double) / nullif(cast(customers + 2 as double), 0)
            as won,
        cast(only_popular + 1 as double) / nullif(cast(customers + 2 as double), 0)
            as lost
    from counted
),
final as (
    select
        places, customers, hits, popular_hits, only_method, only_popular, scored,
        won - lost - 1.959963984540054e0
            * sqrt((won + lost - (won - lost) * (won - lost)) / nullif(n, 0)) as low,
        won - lost + 1.959963984540054e0
            * sqrt((won + lost - (won - lost) * (won - lost)) / nullif(n, 0)) as high
    from shares
)
select * from final
