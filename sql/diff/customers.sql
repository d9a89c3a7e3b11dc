-- One customer whose figures differ between two runs, with what each part did to the
-- profit: the effects add up to the change exactly. The main cause is the part that
-- went furthest the way the profit went.
with
before_profit as (
    select * from before.customer_profit
),
after_profit as (
    select * from after.customer_profit
),
before_tiers as (
    select * from before.profit_tiers
),
after_tiers as (
    select * from after.profit_tiers
),
effects as (
    select
        coalesce(a.customer_id, b.customer_id) as customer_id,
        coalesce(b.profit, 0) as profit_before,
        coalesce(a.profit, 0) as profit_after,
        coalesce(a.profit, 0) - coalesce(b.profit, 0) as profit_change,
        coalesce(a.revenue, 0) - coalesce(b.revenue, 0) as by_revenue,
        coalesce(b.discounts, 0) - coalesce(a.discounts, 0) as by_discounts,
        coalesce(b.returns, 0) - coalesce(a.returns, 0) as by_returns,
        coalesce(b.cogs, 0) - coalesce(a.cogs, 0) as by_cogs,
        coalesce(b.cost_to_serve, 0) - coalesce(a.cost_to_serve, 0)
            as by_cost_to_serve,
        coalesce(b.bad_debt, 0) - coalesce(a.bad_debt, 0) as by_bad_debt,
        coalesce(b.allocated_cost, 0) - coalesce(a.allocated_cost, 0)
            as by_allocated_cost,
        case when coalesce(a.profit, 0) < coalesce(b.profit, 0) then -1 else 1 end
            as way
    from before_profit as b
    full join after_profit as a
        on b.customer_id = a.customer_id
    where a.customer_id is null or b.customer_id is null
        or a.revenue <> b.revenue or a.discounts <> b.discounts
        or a.returns <> b.returns or a.cogs <> b.cogs
        or a.cost_to_serve <> b.cost_to_serve or a.bad_debt <> b.bad_debt
        or a.allocated_cost <> b.allocated_cost
),
causes as (
    select 1 as position, 'revenue' as cause
    union all
    select 2 as position, 'discounts' as cause
    union all
    select 3 as position, 'returns' as cause
    union all
    select 4 as position, 'cogs' as cause
    union all
    select 5 as position, 'cost_to_serve' as cause
    union all
    select 6 as position, 'bad_debt' as cause
    union all
    select 7 as position, 'allocated_cost' as cause
),
judged as (
    select
        effects.customer_id, causes.cause,
        row_number() over (
            partition by effects.customer_id
            order by
                way * case causes.cause
                    when 'revenue' then by_revenue
                    when 'discounts' then by_discounts
                    when 'returns' then by_returns
                    when 'cogs' then by_cogs
                    when 'cost_to_serve' then by_cost_to_serve
                    when 'bad_debt' then by_bad_debt
                    else by_allocated_cost
                end desc,
                causes.position
        ) as place
    from effects
    cross join causes
),
final as (
    select
        effects.customer_id,
        coalesce(before_tiers.tier, 'new') as tier_before,
        coalesce(after_tiers.tier, 'lost') as tier_after,
        judged.cause as main_cause,
        effects.profit_before, effects.profit_after, effects.profit_change,
        effects.by_revenue, effects.by_discounts, effects.by_returns,
        effects.by_cogs, effects.by_cost_to_serve, effects.by_bad_debt,
        effects.by_allocated_cost
    from effects
    inner join judged
        on effects.customer_id = judged.customer_id
    left join before_tiers
        on effects.customer_id = before_tiers.customer_id
    left join after_tiers
        on effects.customer_id = after_tiers.customer_id
    where judged.place = 1
)
select * from final
