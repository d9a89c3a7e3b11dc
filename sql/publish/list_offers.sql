-- What a customer is offered when a list has them called: for one who left the
-- countermeasure to the cause; else, unless they cost money, the product that they will
-- most likely take next; else what their tier calls for. The one place where the offer
-- of a list is decided.
-- grain: customer_id
-- needs: none
-- view: yes

with standings as (
    select * from publish.customer_standings
),
countermeasures as (
    select * from run.countermeasures
),
strategies as (
    select * from run.strategies
),
first_offers as (
    select * from publish.first_offers
),
final as (
    select
        standings.customer_id,
        coalesce(
            own.countermeasure, general.countermeasure,
            case when standings.tier <> 'loss' then first_offers.product end,
            strategies.strategy, 'none'
        ) as offer
    from standings
    left join countermeasures as own
        on standings.churn_class = own.class
        and standings.sub_class = own.sub_class
    left join countermeasures as general
        on standings.churn_class = general.class
        and general.sub_class is null
    left join first_offers
        on standings.customer_id = first_offers.customer_id
    left join strategies
        on standings.tier = strategies.tier
)
select * from final
