-- One figure of two runs: what the parts of the profit sum up to, the customers with a
-- result in the window, and the customers of each tier.
with
profits as (
    select
        'before' as run,
        profit, revenue, discounts, returns, cogs, cost_to_serve, bad_debt,
        allocated_cost
    from before.customer_profit
    union all
    select
        'after' as run,
        profit, revenue, discounts, returns, cogs, cost_to_serve, bad_debt,
        allocated_cost
    from after.customer_profit
),
tiers as (
    select 'before' as run, tier from before.profit_tiers
    union all
    select 'after' as run, tier from after.profit_tiers
),
figures as (
    select 1 as position, 'profit' as figure, run, profit as value from profits
    union all
    select 2 as position, 'revenue' as figure, run, revenue as value from profits
    union all
    select 3 as position, 'discounts' as figure, run, discounts as value from profits
    union all
    select 4 as position, 'returns' as figure, run, returns as value from profits
    union all
    select 5 as position, 'cogs' as figure, run, cogs as value from profits
    union all
    select 6 as position, 'cost_to_serve' as figure, run, cost_to_serve as value
    from profits
    union all
    select 7 as position, 'bad_debt' as figure, run, bad_debt as value from profits
    union all
    select 8 as position, 'allocated_cost' as figure, run, allocated_cost as value
    from profits
    union all
    select 9 as position, 'customers with a result' as figure, run, 1 as value
    from profits
    union all
    select 10 as position, 'customers known' as figure, run, 1 as value from tiers
    union all
    select 11 as position, 'customers of tier ' || tier as figure, run, 1 as value
    from tiers
),
summed as (
    select
        position, figure,
        coalesce(sum(case when run = 'before' then value end), 0) as before,
        coalesce(sum(case when run = 'after' then value end), 0) as after
    from figures
    group by position, figure
),
final as (
    select
        position, figure,
        cast(before as decimal(38, 4)) as before,
        cast(after as decimal(38, 4)) as after,
        cast(after - before as decimal(38, 4)) as change
    from summed
)
select * from final
