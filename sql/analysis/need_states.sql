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
mains as (
    select
        profit_window, customer_id,
        max(case when dimension = 'category' then choice end) as top_category,
        max(case when dimension = 'channel' then choice end) as main_channel,
        max(case when dimension = 'day' then choice end) as main_day,
        max(case when dimension = 'category' then choices end) as categories,
        max(case when dimension = 'category' then share end) as top_share,
        max(case when dimension = 'channel' then share end) as channel_share,
        max(case when dimension = 'day' then share end) as day_share
    from analysis.need_values
    where place = 1
    group by profit_window, customer_id
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
        mains.top_category,
        need_prices.level as price_level,
        need_prices.basis as price_basis,
        mains.main_channel,
        coalesce(weekdays.word, 'unknown') as main_day,
        case
            when need_rhythms.gaps >= policy.least_lines then rhythm_words.word
            else 'unknown'
        end as rhythm,
        need_totals.net_money,
        need_totals.lines, need_totals.products,
        mains.categories,
        mains.top_share, mains.channel_share, mains.day_share,
        need_prices.position,
        need_rhythms.gap_days
    from need_totals
    cross join policy
    inner join mains
        on need_totals.profit_window = mains.profit_window
        and need_totals.customer_id = mains.customer_id
    left join weekdays
        on mains.main_day = weekdays.choice
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
