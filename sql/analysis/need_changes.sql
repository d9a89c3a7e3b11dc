-- One side of what a customer with sale lines in both windows buys, whether it changed
-- from the previous window to W, and the figures that say so. Another choice is a
-- change when its share, or the place among prices, moved by the least shift; a rhythm
-- changes with the days between purchases alone. Below the least count nothing is said.
-- grain: customer_id, dimension
-- needs: order_lines
-- mart: yes
-- units: money_before money, money_now money, count_before count, count_now count
-- column: customer_id  the customer
-- column: dimension  category, price, channel, day or rhythm
-- column: before  the main category, price level, channel, weekday or rhythm then
-- column: now  the main one in W
-- column: change  category, price_up, price_down, channel, day, rhythm_slower,
--   rhythm_faster, none; too_few below the least count; unknown where nobody says
-- column: figure_before  the same for the previous window
-- column: figure_now  share that the choice of now has in money (of day: in days with
--   an activity), of price the mean place among prices, of rhythm the median gap
-- column: money_before  money of the choice of now in the previous window
-- column: money_now  money of the choice of now in W; NULL for price and rhythm
-- column: count_before  the same for the previous window
-- column: count_now  what it stands on: lines, priced lines, days, gaps
with
need_shifts as (
    select * from analysis.need_shifts
),
policy as (
    select * from run.behaviour_policy
),
weekdays as (
    select * from run.weekdays
),
judged as (
    select
        need_shifts.customer_id, need_shifts.dimension,
        need_shifts.choice_before, need_shifts.choice_now,
        need_shifts.money_before, need_shifts.money_now,
        need_shifts.count_before, need_shifts.count_now,
        need_shifts.figure_before, need_shifts.figure_now,
        need_shifts.count_before >= policy.least_lines
            and need_shifts.count_now >= policy.least_lines as is_enough,
        need_shifts.choice_before <> 'unknown' and need_shifts.choice_now <> 'unknown'
            as is_known,
        need_shifts.choice_before <> need_shifts.choice_now as is_other,
        -- in millionths, so that a shift of exactly the least counts
        round(1e6 * (need_shifts.figure_now - need_shifts.figure_before)) as shift,
        100 * policy.least_shift_bp as least_shift,
        1e4 * need_shifts.figure_now as now_parts,
        1e4 * need_shifts.figure_before as before_parts,
        (10000 + policy.rhythm_shift_bp) * need_shifts.figure_before as slower_from,
        (10000 + policy.rhythm_shift_bp) * need_shifts.figure_now as faster_from
    from need_shifts
    cross join policy
),
final as (
    select
        cast(judged.customer_id as varchar) as customer_id,
        cast(judged.dimension as varchar) as dimension,
        cast(coalesce(before.word, judged.choice_before) as varchar) as before,
        cast(coalesce(now.word, judged.choice_now) as varchar) as now,
        cast(
            case
                when not is_enough then 'too_few'
                when not is_known then 'unknown'
                when dimension = 'rhythm' and now_parts >= slower_from
                    then 'rhythm_slower'
                when dimension = 'rhythm' and before_parts >= faster_from
                    then 'rhythm_faster'
                when dimension = 'rhythm' or not is_other then 'none'
                when dimension = 'price' and shift >= least_shift then 'price_up'
                when dimension = 'price' and -shift >= least_shift then 'price_down'
                when dimension <> 'price' and shift >= least_shift then dimension
                else 'none'
            end as varchar
        ) as change,
        cast(figure_before as double) as figure_before,
        cast(figure_now as double) as figure_now,
        cast(money_before as decimal(38, 4)) as money_before,
        cast(money_now as decimal(38, 4)) as money_now,
        cast(count_before as bigint) as count_before,
        cast(count_now as bigint) as count_now
    from judged
    left join weekdays as before
        on judged.choice_before = before.choice and judged.dimension = 'day'
    left join weekdays as now
        on judged.choice_now = now.choice and judged.dimension = 'day'
)
select * from final
