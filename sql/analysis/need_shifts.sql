-- One side of what a customer with sale lines in both windows buys, as it was in the
-- previous window and as it is in W. What is compared is the share that the main choice
-- of now has and had, the place among prices, or the days between purchases.
-- grain: customer_id, dimension
-- needs: none
-- units: money_before money, money_now money, count_before count, count_now count
-- column: figure_now  of category and channel the share of money, of day the share of
--   days with an activity, of price the place among prices, of rhythm the days of a gap
-- column: count_now  what it stands on: lines, priced lines, days, gaps
-- column: money_now  of category, channel and day the money of the choice of now
with
need_values as (
    select * from analysis.need_values
),
need_prices as (
    select * from analysis.need_prices
),
need_rhythms as (
    select * from analysis.need_rhythms
),
rhythm_words as (
    select * from run.rhythm_words
),
rhythms as (
    select
        need_rhythms.profit_window, need_rhythms.customer_id,
        rhythm_words.word, need_rhythms.gap_days, need_rhythms.gaps
    from need_rhythms
    inner join rhythm_words
        on need_rhythms.gap_days >= rhythm_words.from_days
        and need_rhythms.gap_days < rhythm_words.until_days
),
final as (
    select
        tops.customer_id, tops.dimension,
        previous_tops.choice as choice_before, tops.choice as choice_now,
        coalesce(same.net_money, 0) as money_before, tops.net_money as money_now,
        previous_tops.all_lines as count_before, tops.all_lines as count_now,
        coalesce(same.share, 0) as figure_before, tops.share as figure_now
    from need_values as tops
    inner join need_values as previous_tops
        on tops.customer_id = previous_tops.customer_id
        and tops.dimension = previous_tops.dimension
        and previous_tops.profit_window = 'previous'
        and previous_tops.place = 1
    left join need_values as same
        on tops.customer_id = same.customer_id
        and tops.dimension = same.dimension
        and tops.choice = same.choice
        and same.profit_window = 'previous'
    where tops.profit_window = 'current' and tops.place = 1
    union all
    select
        prices.customer_id, 'price' as dimension,
        previous_prices.level as choice_before, prices.level as choice_now,
        null as money_before, null as money_now,
        previous_prices.priced_lines as count_before,
        prices.priced_lines as count_now,
        previous_prices.position as figure_before, prices.position as figure_now
    from need_prices as prices
    inner join need_prices as previous_prices
        on prices.customer_id = previous_prices.customer_id
        and previous_prices.profit_window = 'previous'
    where prices.profit_window = 'current'
    union all
    select
        rhythms.customer_id, 'rhythm' as dimension,
        previous_rhythms.word as choice_before, rhythms.word as choice_now,
        null as money_before, null as money_now,
        previous_rhythms.gaps as count_before, rhythms.gaps as count_now,
        previous_rhythms.gap_days as figure_before, rhythms.gap_days as figure_now
    from rhythms
    inner join rhythms as previous_rhythms
        on rhythms.customer_id = previous_rhythms.customer_id
        and previous_rhythms.profit_window = 'previous'
    where rhythms.profit_window = 'current'
)
select * from final
