-- One way between two tiers from run to run, with the customers who went it: `new` is
-- where those come from who were not known before, `lost` where those go who no longer
-- are.
with
before_tiers as (
    select * from before.profit_tiers
),
after_tiers as (
    select * from after.profit_tiers
),
moved as (
    select
        coalesce(before_tiers.tier, 'new') as from_tier,
        coalesce(after_tiers.tier, 'lost') as to_tier,
        coalesce(after_tiers.profit, 0) - coalesce(before_tiers.profit, 0)
            as profit_change
    from before_tiers
    full join after_tiers
        on before_tiers.customer_id = after_tiers.customer_id
),
final as (
    select
        from_tier, to_tier,
        cast(count(*) as bigint) as customers,
        cast(sum(profit_change) as decimal(38, 4)) as profit_change
    from moved
    group by from_tier, to_tier
)
select * from final
