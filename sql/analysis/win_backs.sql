-- A customer who had left and came back, once for each return: why they had left, and
-- what they have brought since, by order lines and returns, until they left again.
-- Whoever left twice and returned twice stands here twice.
-- grain: customer_id, returned_on
-- needs: order_lines | contracts | ledger | departures
-- mart: yes
-- units: days_away days, net_revenue money, profit money
-- column: customer_id  the customer
-- column: left_on  day of the departure, of the contract's end, or of the limit
-- column: rule  stated_departure, contract_end or silence
-- column: class  why they had left: natural, competitive, fault or unclassified
-- column: sub_class  price, service, quality, image, … or none
-- column: returned_on  first activity, or start of the new contract
-- column: days_away  days from left_on to returned_on
-- column: left_again_on  when they left again; NULL while they have not
-- column: net_revenue  net revenue from returned_on until left_again_on, or D
-- column: profit  of it, less the cost of goods

with returned_leavings as (
    select * from analysis.returned_leavings
),
churn_states as (
    select * from analysis.churn_states
),
order_days as (
    select * from core.order_days
),
returns as (
    select * from core.returns
),
spells as (
    select
        returned_leavings.customer_id,
        returned_leavings.rule,
        returned_leavings.class, returned_leavings.sub_class,
        returned_leavings.left_on, returned_leavings.returned_on,
        coalesce(
            lead(returned_leavings.left_on) over (
                partition by returned_leavings.customer_id
                order by returned_leavings.returned_on
            ),
            case
                when churn_states.churned_on > returned_leavings.returned_on
                    then churn_states.churned_on
            end
        ) as left_again_on
    from returned_leavings
    left join churn_states
        on returned_leavings.customer_id = churn_states.customer_id
),
postings as (
    select
        customer_id, ordered_on as posted_on,
        net_revenue, net_revenue - cogs as profit
    from order_days
    union all
    select customer_id, returned_on, -returns, returned_cost - returns
    from returns
),
sums as (
    select
        spells.customer_id, spells.returned_on,
        sum(postings.net_revenue) as net_revenue,
        sum(postings.profit) as profit
    from spells
    inner join postings
        on spells.customer_id = postings.customer_id
        and postings.posted_on >= spells.returned_on
        and postings.posted_on < coalesce(spells.left_again_on, date '9999-12-31')
    group by spells.customer_id, spells.returned_on
),
final as (
    select
        cast(spells.customer_id as varchar) as customer_id,
        cast(spells.left_on as date) as left_on,
        cast(spells.rule as varchar) as rule,
        cast(spells.class as varchar) as class,
        cast(spells.sub_class as varchar) as sub_class,
        cast(spells.returned_on as date) as returned_on,
        cast(date_diff('day', spells.left_on, spells.returned_on) as bigint)
            as days_away,
        cast(spells.left_again_on as date) as left_again_on,
        cast(coalesce(sums.net_revenue, 0) as decimal(38, 4)) as net_revenue,
        cast(coalesce(sums.profit, 0) as decimal(38, 4)) as profit
    from spells
    left join sums
        on spells.customer_id = sums.customer_id
        and spells.returned_on = sums.returned_on
)
select * from final
