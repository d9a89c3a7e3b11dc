-- One step of the bridge from the profit of W a year before to the profit of W; in
-- order of position the steps lead from one to the other to the cent. What each step
-- means for a customer, and where the formulas come from, stands in bridge_causes.
-- grain: component
-- needs: order_lines | contracts | ledger
-- mart: yes
-- units: position rank, amount money, customers count
-- column: position  1 for profit_before, 12 for profit_now
-- column: component  what changed the profit
-- column: kind  total for the profit before and now, else step
-- column: amount  profit of a total, change of profit by a step
-- column: customers  customers of whom it is not zero
with
bridge_causes as (
    select * from segment.bridge_causes
),
amounts as (
    select 1 as position, 'profit_before' as component, profit_before as amount
    from bridge_causes
    union all
    select 2, 'price', price from bridge_causes
    union all
    select 3, 'volume', volume from bridge_causes
    union all
    select 4, 'mix', mix from bridge_causes
    union all
    select 5, 'discount', discount from bridge_causes
    union all
    select 6, 'returns', returns from bridge_causes
    union all
    select 7, 'cost_of_goods', cost_of_goods from bridge_causes
    union all
    select 8, 'cost_to_serve', cost_to_serve from bridge_causes
    union all
    select 9, 'other_revenue', other_revenue from bridge_causes
    union all
    select 10, 'new_customers', new_customers from bridge_causes
    union all
    select 11, 'lost_customers', lost_customers from bridge_causes
    union all
    select 12, 'profit_now', profit_now from bridge_causes
),
final as (
    select
        cast(position as bigint) as position,
        cast(component as varchar) as component,
        cast(
            case when position in (1, 12) then 'total' else 'step' end as varchar
        ) as kind,
        cast(sum(amount) as decimal(38, 4)) as amount,
        cast(count(case when amount <> 0 then 1 end) as bigint) as customers
    from amounts
    group by position, component
)
select * from final
