-- The two spans of days that baskets are counted in: until D (now), and until the day
-- before which the next products are recommended when the method is tried on what came
-- after it (holdout). The second is the first moved back. The hold-out is what
-- pharos.yaml says, else the usual days and never more than the given share of the
-- history; without such a day it is NULL, and nothing is tried.
-- grain: none
-- needs: order_lines
-- units: holdout_days days
-- column: now_from  first day of the span until D
-- column: now_until  D
-- column: holdout_from  first day of the span until the hold-out
-- column: holdout_until  first day of the hold-out
-- column: holdout_days  its days, until D
with
params as (
    select as_of from run.params
),
basket_policy as (
    select starts_on from run.basket_policy
),
offer_policy as (
    select * from run.offer_policy
),
calendar as (
    select day from core.calendar
),
sold_products as (
    select ordered_on from analysis.sold_products
),
spans as (
    select
        params.as_of,
        basket_policy.starts_on,
        offer_policy.holdout_days, offer_policy.is_holdout_asked,
        offer_policy.holdout_share_bp,
        firsts.first_on,
        date_diff('day', firsts.first_on, params.as_of) as all_days
    from (select min(ordered_on) as first_on from sold_products) as firsts
    cross join params
    cross join basket_policy
    cross join offer_policy
),
holdouts as (
    select min(calendar.day) as holdout_until
    from calendar
    cross join spans
    where calendar.day < spans.as_of
        and calendar.day > spans.first_on
        and date_diff('day', calendar.day, spans.as_of) <= spans.holdout_days
        and (
            spans.is_holdout_asked
            or 10000 * date_diff('day', calendar.day, spans.as_of)
                <= spans.holdout_share_bp * spans.all_days
        )
),
moved as (
    select max(calendar.day) as holdout_from
    from calendar
    cross join spans
    cross join holdouts
    where date_diff('day', calendar.day, spans.starts_on)
        >= date_diff('day', holdouts.holdout_until, spans.as_of)
),
final as (
    select
        spans.starts_on as now_from,
        spans.as_of as now_until,
        coalesce(moved.holdout_from, date '1900-01-01') as holdout_from,
        holdouts.holdout_until,
        cast(date_diff('day', holdouts.holdout_until, spans.as_of) as bigint)
            as holdout_days
    from spans
    cross join holdouts
    cross join moved
)
select * from final
