-- A target list and a customer who qualifies for it, and whether they are on it. A
-- customer stands on the first list of fix, keep, win_back, convert and is
-- on_other_list on the others; then who must not be contacted is taken out; then the
-- list is filled by rank up to its capacity. The four counts together are the
-- candidates, always.
-- grain: list, customer_id
-- needs: order_lines | contracts | ledger
-- mart: yes
-- units: rank rank, value_at_stake money, profit money, revenue money, days_silent days
-- units: expected_gap_days days
-- column: list  fix, keep, win_back or convert
-- column: rank  1 for the candidate with most at stake
-- column: value_at_stake  profit to keep or to win back; for fix the loss to stop
-- column: tier  profit tier in the window W
-- column: churn_state  active, at_risk, churned or none
-- column: churn_class  cause of leaving, or none
-- column: sub_class  its sub-class, or none
-- column: profit  profit in the window W
-- column: revenue  net revenue in the window W
-- column: days_silent  days from the last activity to D
-- column: expected_gap_days  days between purchases that are usual at the most
-- column: reason_code  why the customer qualifies, from a closed vocabulary
-- column: status  chosen, on_other_list, suppressed or over_capacity
-- column: other_list  the list that the customer stands on instead, or none
-- column: suppressed_reason  why the customer must not be contacted, or none
-- column: owner_id  who looks after the customer, or unknown

with placed as (
    select * from publish.list_places
),
standings as (
    select * from publish.customer_standings
),
final as (
    select
        cast(placed.list as varchar) as list,
        cast(placed.customer_id as varchar) as customer_id,
        cast(placed.rank as bigint) as rank,
        cast(placed.value_at_stake as decimal(38, 4)) as value_at_stake,
        cast(standings.tier as varchar) as tier,
        cast(coalesce(standings.churn_state, 'none') as varchar) as churn_state,
        cast(coalesce(standings.churn_class, 'none') as varchar) as churn_class,
        cast(coalesce(standings.sub_class, 'none') as varchar) as sub_class,
        cast(standings.profit as decimal(38, 4)) as profit,
        cast(standings.revenue as decimal(38, 4)) as revenue,
        cast(standings.days_silent as bigint) as days_silent,
        cast(standings.expected_gap_days as bigint) as expected_gap_days,
        cast(placed.reason_code as varchar) as reason_code,
        cast(placed.status as varchar) as status,
        cast(placed.other_list as varchar) as other_list,
        cast(placed.suppressed_reason as varchar) as suppressed_reason,
        cast(standings.owner_id as varchar) as owner_id
    from placed
    inner join standings
        on placed.customer_id = standings.customer_id
)
select * from final
