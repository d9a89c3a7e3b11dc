-- One state of churn with the customers in it and what is at stake with them.
-- grain: state
-- needs: order_lines | contracts | ledger | departures
-- units: customers count, value_at_stake money

with churn as (
    select * from analysis.churn
),
final as (
    select
        state,
        cast(count(*) as bigint) as customers,
        cast(coalesce(sum(value_at_stake), 0) as decimal(38, 4)) as value_at_stake
    from churn
    group by state
)
select * from final
