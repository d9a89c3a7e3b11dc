-- One customer with a result in the window W or in the one twelve months before, and
-- what changed their profit between the two. Each part is its effect on profit: more
-- revenue is above zero, more cost below. The parts add up to the change, exactly.
-- grain: customer_id
-- needs: order_lines | contracts | ledger
-- mart: yes
-- units: profit_before money, profit_now money, profit_change money, revenue money
-- units: discounts money, returns money, cogs money, cost_to_serve money
-- units: bad_debt money, allocated_cost money
-- column: customer_id  the customer's id
-- column: from_tier  tier in the window before, or new
-- column: to_tier  tier in the window W, or lost
-- column: main_cause  the part that did most in the direction of the change; of equal
--   ones the first in the order of the columns; none when the profit is the same
-- column: profit_before  profit in the window before
-- column: profit_now  profit in the window W
-- column: profit_change  profit now less profit before
-- column: revenue  what more or less revenue did to the profit
-- column: discounts  what fewer or more discounts did
-- column: returns  what fewer or more returns did
-- column: cogs  what less or more cost of goods did
-- column: cost_to_serve  what less or more cost to serve did
-- column: bad_debt  what less or more bad debt did
-- column: allocated_cost  what less or more allocated cost did
with
tier_moves as (
    select * from segment.tier_moves where has_result
),
movement_parts as (select * from segment.movement_parts),
changes as (
    select
        tier_moves.customer_id,
        tier_moves.profit_now - tier_moves.profit_before as profit_change,
        case
            when tier_moves.profit_now < tier_moves.profit_before then -1
            else 1
        end as direction
    from tier_moves
),
pushes as (
    -- how far each part pushed in the direction of the change
    select
        movement_parts.customer_id,
        changes.profit_change,
        changes.direction * movement_parts.revenue as revenue,
        changes.direction * movement_parts.discounts as discounts,
        changes.direction * movement_parts.returns as returns,
        changes.direction * movement_parts.cogs as cogs,
        changes.direction * movement_parts.cost_to_serve as cost_to_serve,
        changes.direction * movement_parts.bad_debt as bad_debt,
        changes.direction * movement_parts.allocated_cost as allocated_cost
    from movement_parts
    inner join changes
        on movement_parts.customer_id = changes.customer_id
),
causes as (
    select
        customer_id, profit_change,
        case
            when profit_change = 0 then 'none'
            when revenue >= discounts and revenue >= returns and revenue >= cogs
                and revenue >= cost_to_serve and revenue >= bad_debt
                and revenue >= allocated_cost then 'revenue'
            when discounts >= returns and discounts >= cogs
                and discounts >= cost_to_serve and discounts >= bad_debt
                and discounts >= allocated_cost then 'discounts'
            when returns >= cogs and returns >= cost_to_serve
                and returns >= bad_debt and returns >= allocated_cost then 'returns'
            when cogs >= cost_to_serve and cogs >= bad_debt
                and cogs >= allocated_cost then 'cogs'
            when cost_to_serve >= bad_debt and cost_to_serve >= allocated_cost
                then 'cost_to_serve'
            when bad_debt >= allocated_cost then 'bad_debt'
            else 'allocated_cost'
        end as main_cause
    from pushes
),
final as (
    select
        cast(tier_moves.customer_id as varchar) as customer_id,
        cast(tier_moves.from_tier as varchar) as from_tier,
        cast(tier_moves.to_tier as varchar) as to_tier,
        cast(causes.main_cause as varchar) as main_cause,
        cast(tier_moves.profit_before as decimal(38, 4)) as profit_before,
        cast(tier_moves.profit_now as decimal(38, 4)) as profit_now,
        cast(causes.profit_change as decimal(38, 4)) as profit_change,
        cast(movement_parts.revenue as decimal(38, 4)) as revenue,
        cast(movement_parts.discounts as decimal(38, 4)) as discounts,
        cast(movement_parts.returns as decimal(38, 4)) as returns,
        cast(movement_parts.cogs as decimal(38, 4)) as cogs,
        cast(movement_parts.cost_to_serve as decimal(38, 4)) as cost_to_serve,
        cast(movement_parts.bad_debt as decimal(38, 4)) as bad_debt,
        cast(movement_parts.allocated_cost as decimal(38, 4)) as allocated_cost
    from tier_moves
    inner join movement_parts
        on tier_moves.customer_id = movement_parts.customer_id
    inner join causes
        on tier_moves.customer_id = causes.customer_id
)
select * from final
