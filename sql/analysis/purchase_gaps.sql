-- The days between two successive activity days of a customer, where the own rhythm
-- decides about silence: with one fixed limit nobody asks for gaps.
-- grain: customer_id, active_on
-- needs: none
-- units: gap_days days
-- column: active_on  the later of the two days
with
activity_gaps as (
    select * from analysis.activity_gaps
),
params as (
    select * from run.params
),
final as (
    select
        activity_gaps.customer_id,
        activity_gaps.active_on,
        activity_gaps.gap_days
    from activity_gaps
    cross join params
    where params.silent_days = 0
)
select * from final
