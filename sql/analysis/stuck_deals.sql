-- An open deal that is longer in its stage than nine in ten of the closed deals were:
-- somebody should ask, or close it.
-- grain: opportunity_id
-- needs: opportunities
-- mart: yes
-- units: amount money, days days, limit_days days
-- column: customer_id  the customer; unknown
-- column: owner_id  who looks after it; unassigned
-- column: stage  the stage it is in
-- column: amount  NULL when nobody says
-- column: entered_on  since when it is there
-- column: days  until the last day before D
-- column: limit_days  nine in ten of the closed deals were in the stage at most so long
with
open_deals as (
    select * from analysis.open_deals where is_stuck
),
final as (
    select
        cast(opportunity_id as varchar) as opportunity_id,
        cast(coalesce(customer_id, 'unknown') as varchar) as customer_id,
        cast(owner_id as varchar) as owner_id,
        cast(stage as varchar) as stage,
        cast(amount as decimal(38, 4)) as amount,
        cast(entered_on as date) as entered_on,
        cast(days as bigint) as days,
        cast(limit_days as bigint) as limit_days
    from open_deals
)
select * from final
