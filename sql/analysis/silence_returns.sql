-- A customer without contracts who came back after a silence that by today's rule was
-- a leaving: longer than the customer's limit by the days of grace that a contract has
-- too. They left on the day on which the limit was passed.
-- grain: customer_id, returned_on
-- needs: none

with purchase_gaps as (
    select * from analysis.purchase_gaps
),
activity as (
    select * from core.activity
),
silences as (
    select * from analysis.silences
),
contract_standings as (
    select * from analysis.contract_standings
),
params as (
    select * from run.params
),
fixed_steps as (
    select
        activity.customer_id,
        activity.active_on,
        lag(activity.active_on) over (
            partition by activity.customer_id
            order by activity.active_on
        ) as previous_on
    from activity
    cross join params
    where params.silent_days > 0
),
gaps as (
    select customer_id, active_on, gap_days
    from purchase_gaps
    union all
    select
        customer_id, active_on,
        cast(date_diff('day', previous_on, active_on) as bigint)
    from fixed_steps
    where previous_on is not null
),
final as (
    select
        gaps.customer_id,
        cast(
            gaps.active_on - (gaps.gap_days - silences.limit_days) * interval '1' day
            as date
        ) as left_on,
        gaps.active_on as returned_on
    from gaps
    cross join params
    inner join silences
        on gaps.customer_id = silences.customer_id
    left join contract_standings
        on gaps.customer_id = contract_standings.customer_id
    where gaps.gap_days > silences.limit_days
        and gaps.gap_days >= silences.limit_days + params.grace_days
        and params.uses_rhythm
        and contract_standings.customer_id is null
)
select * from final
