-- One customer with a score a year before D who was not big then and no loss-maker:
-- whether they would have been named as potential, whether the same number named by the
-- net revenue of the year before would have held them, and whether they are big today.
-- grain: customer_id
-- needs: order_lines
-- units: clv money, revenue money

with past_values as (
    select * from fit.past_values
),
window_pareto as (
    select * from segment.window_pareto
),
then_losing as (
    select customer_id
    from segment.window_tiers
    where profit_window = 'previous' and tier = 'loss'
),
ranked as (
    select
        customer_id, clv,
        row_number() over (order by clv desc, customer_id) as clv_rank,
        count(*) over () as customers
    from past_values
),
then_big as (
    select customer_id, revenue, is_big
    from window_pareto
    where profit_window = 'previous'
),
now_big as (
    select customer_id
    from window_pareto
    where profit_window = 'current' and is_big
),
candidates as (
    select
        ranked.customer_id,
        cast(ranked.clv as decimal(38, 4)) as clv,
        coalesce(then_big.revenue, 0) as revenue,
        case
            when ranked.clv > 0 and 5 * (ranked.clv_rank - 1) < ranked.customers then 1
            else 0
        end as named,
        case when now_big.customer_id is null then 0 else 1 end as became_big
    from ranked
    left join then_big
        on ranked.customer_id = then_big.customer_id
    left join now_big
        on ranked.customer_id = now_big.customer_id
    left join then_losing
        on ranked.customer_id = then_losing.customer_id
    where not coalesce(then_big.is_big, false) and then_losing.customer_id is null
),
placed as (
    select
        customer_id, clv, revenue, named, became_big,
        row_number() over (order by revenue desc, customer_id) as revenue_rank,
        sum(named) over () as all_named
    from candidates
),
final as (
    select
        customer_id, clv, revenue,
        named = 1 as was_named,
        revenue_rank <= all_named as was_named_by_revenue,
        became_big = 1 as is_big_now
    from placed
)
select * from final
