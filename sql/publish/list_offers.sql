-- What a customer is offered when a list has them called: for one who left the
-- countermeasure to the cause, else what their tier calls for. The one place where the
-- offer of a list is decided.
-- grain: customer_id
-- needs: none

with standings as (
    select * from publish.customer_standings
),
countermeasures as (
    select * from run.countermeasures
),
strategies as (
    select * from run.strategies
),
final as (
    select
        standings.customer_id,
        coalesce(
            own.countermeasure, general.countermeasure, strategies.strategy, 'none'
        ) as offer
    from standings
    left join countermeasures as own
        on standings.churn_class = own.class
        and standings.sub_class = own.sub_class
    left join countermeasures as general
        on standings.churn_class = general.class
        and general.sub_class is null
    left join strategies
        on standings.tier = strategies.tier
)
select * from final
