-- One known customer with the tier of their profit in the window, and what to do about
-- it. The customers table and everybody with a line in history are known, so the tiers
-- partition all.
-- grain: customer_id
-- needs: order_lines | contracts | ledger
-- mart: yes
-- units: profit money, rank count
-- column: customer_id  the customer's id
-- column: tier  high, medium, zero or loss
-- column: zero_kind  of tier zero: no_activity in the window, or no_profit from it
-- column: profit  profit in the window, 0 without any line in it
-- column: rank  1 is the highest profit of all known customers; ties by customer_id
-- column: previous_tier  the tier of the window 12 months earlier; NULL if not known
--   then
-- column: strategy  what the tier calls for
with
window_tiers as (
    select * from segment.window_tiers
),
window_activity as (
    select * from core.window_activity where profit_window = 'current'
),
strategies as (
    select * from run.strategies
),
previous_tiers as (
    select customer_id, tier
    from window_tiers
    where profit_window = 'previous'
),
final as (
    select
        cast(window_tiers.customer_id as varchar) as customer_id,
        cast(window_tiers.tier as varchar) as tier,
        cast(
            case
                when window_tiers.tier = 'zero' and window_activity.customer_id is null
                    then 'no_activity'
                when window_tiers.tier = 'zero' then 'no_profit'
            end as varchar
        ) as zero_kind,
        cast(window_tiers.profit as decimal(38, 4)) as profit,
        cast(window_tiers.rank as bigint) as rank,
        cast(previous_tiers.tier as varchar) as previous_tier,
        cast(strategies.strategy as varchar) as strategy
    from window_tiers
    left join window_activity
        on window_tiers.customer_id = window_activity.customer_id
    left join previous_tiers
        on window_tiers.customer_id = previous_tiers.customer_id
    left join strategies
        on window_tiers.tier = strategies.tier
    where window_tiers.profit_window = 'current'
)
select * from final
