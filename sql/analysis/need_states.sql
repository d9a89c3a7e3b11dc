-- One customer with a sale line in a window of the report: what they buy most, at which
-- price level, through which channel, on which weekday and how often.
-- grain: profit_window, customer_id
-- needs: none
-- units: net_money money, lines count, products count, categories count
-- units: top_share share, channel_share share, day_share share, position share
-- units: gap_days days
with
need_totals as (
    select * from analysis.need_totals
),
need_values as (
    select * from analysis.need_values where place = 1
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
policy as (
    select * from run.behaviour_policy
),
weekdays as (
    select * from run.weekdays
),
final as (
    select
        need_totals.profit_window, need_totals.customer_id,
        tops.choice as top_category,
        need_prices.level as price_level,
        need_prices.basis as price_basis,
        channels.choice as main_channel,
        coalesce(weekdays.word, 'unknown') as main_day,
        case
            when need_rhythms.gaps >= policy.least_lines then rhythm_words.word
            else 'unknown'
        end as rhythm,
        need_totals.net_money,
        need_totals.lines, need_totals.products,
        tops.choices as categories,
        tops.share as top_share,
        channels.share as channel_share,
        days.share as day_share,
        need_prices.position,
        need_rhythms.gap_days
    from need_totals
    cross join policy
    inner join need_values as tops
        on need_totals.profit_window = tops.profit_window
        and need_totals.customer_id = tops.customer_id
        and tops.dimension = 'category'
    inner join need_values as channels
        on need_totals.profit_window = channels.profit_window
        and need_totals.customer_id = channels.customer_id
        and channels.dimension = 'channel'
    left join need_values as days
        on need_totals.profit_window = days.profit_window
        and need_totals.customer_id = days.customer_id
        and days.dimension = 'day'
    left join weekdays
        on days.choice = weekdays.choice
    inner join need_prices
        on need_totals.profit_window = need_prices.profit_window
        and need_totals.customer_id = need_prices.customer_id
    left join need_rhythms
        on need_totals.profit_window = need_rhythms.profit_window
        and need_totals.customer_id = need_rhythms.customer_id
    left join rhythm_words
        on need_rhythms.gap_days >= rhythm_words.from_days
        and need_rhythms.gap_days < rhythm_words.until_days
)
select * from final
