-- A mart of movement, and in how many places it does not add up: a customer whose
-- causes are not the change of their profit, or a total that is not the customers'
-- profit of W less that of the window before, or that has lost a known customer.
-- grain: table_name
-- needs: order_lines | contracts | ledger
-- severity: error
-- units: failing count, tested count
with
customers as (
    select * from core.customers
),
customer_results as (
    select * from core.customer_results
),
movement_causes as (
    select * from segment.movement_causes
),
tier_movement as (
    select * from segment.tier_movement
),
segment_movement as (
    select * from segment.segment_movement
),
known as (
    select count(*) as customers
    from customers
),
totals as (
    select
        coalesce(sum(case when profit_window = 'current' then profit end), 0)
            as profit_now,
        coalesce(sum(case when profit_window = 'previous' then profit end), 0)
            as profit_before
    from customer_results
),
causes as (
    select
        coalesce(sum(profit_now), 0) as profit_now,
        coalesce(sum(profit_before), 0) as profit_before,
        count(
            case
                when profit_now - profit_before <> profit_change
                    or revenue + discounts + returns + cogs + cost_to_serve + bad_debt
                        + allocated_cost <> profit_change
                    then 1
            end
        ) as failing,
        count(*) as tested
    from movement_causes
),
ways as (
    select
        'tier_movement' as table_name, 'tier' as segmentation,
        sum(customers) as customers, sum(profit_change) as profit_change
    from tier_movement
    union all
    select
        'segment_movement', segmentation,
        sum(customers) as customers, sum(profit_change) as profit_change
    from segment_movement
    group by segmentation
),
final as (
    select
        'movement_causes' as table_name,
        causes.failing
            + case
                when causes.profit_now = totals.profit_now
                    and causes.profit_before = totals.profit_before then 0
                else 1
            end as failing,
        causes.tested + 1 as tested
    from causes
    cross join totals
    union all
    select
        ways.table_name,
        count(
            case
                when coalesce(ways.customers, 0) <> known.customers
                    or coalesce(ways.profit_change, 0)
                        <> totals.profit_now - totals.profit_before
                    then 1
            end
        ),
        count(*)
    from ways
    cross join known
    cross join totals
    group by ways.table_name
)
select * from final
