-- A customer with at least one activity: how long they have been silent on D, the gap
-- that is expected of them, and the days of silence from which they count as at risk
-- and as churned. A limit is never below the smallest one configured; it is NULL when
-- nobody has bought twice and no smallest limit is set.
-- grain: customer_id
-- needs: none
-- units: days_silent days, gap_days days, limit_days days, risk_limit_days days

with activity_spans as (
    select * from analysis.activity_spans
),
own_rhythms as (
    select * from analysis.own_rhythms
),
pooled_rhythm as (
    select * from analysis.pooled_rhythm
),
params as (
    select * from run.params
),
rhythms as (
    select
        activity_spans.customer_id,
        case
            when params.silent_days > 0 then 'fixed_days'
            when own_rhythms.customer_id is not null then 'own_rhythm'
            else 'pooled_rhythm'
        end as rhythm,
        case
            when params.silent_days > 0 then params.silent_days
            else coalesce(own_rhythms.gap_days, pooled_rhythm.gap_days)
        end as gap_days,
        case
            when params.silent_days > 0 then params.silent_days
            else coalesce(own_rhythms.risk_days, pooled_rhythm.risk_days)
        end as risk_days,
        case
            when params.silent_days > 0 then 0
            else params.silent_at_least
        end as at_least,
        cast(
            date_diff('day', activity_spans.last_active_on, params.as_of) as bigint
        ) as days_silent,
        activity_spans.last_active_on,
        activity_spans.first_active_on,
        activity_spans.last_before_window_on
    from activity_spans
    cross join pooled_rhythm
    cross join params
    left join own_rhythms
        on activity_spans.customer_id = own_rhythms.customer_id
),
final as (
    select
        customer_id,
        rhythm,
        days_silent,
        gap_days,
        case
            when gap_days >= at_least then gap_days
            else nullif(at_least, 0)
        end as limit_days,
        case
            when risk_days >= at_least then risk_days
            else nullif(at_least, 0)
        end as risk_limit_days,
        first_active_on,
        last_active_on,
        last_before_window_on
    from rhythms
)
select * from final
