-- One category, channel or weekday of a customer in a window of the report, and its
-- place among theirs. Categories and channels are placed by money, then by lines;
-- weekdays by days with an activity, then by money; at last by name, so that no order
-- of rows decides.
-- grain: profit_window, customer_id, dimension, choice
-- needs: none
-- units: net_money money, lines count, all_lines count, share share, choices count
-- column: dimension  category, channel or day
-- column: choice  the category, the channel, or the weekday: 1 is Monday
-- column: lines  sale lines; of a weekday, days with an activity
-- column: all_lines  those of all that the customer has of its kind
-- column: share  of the customer's money; of a weekday, of their days with an activity
-- column: choices  how many of its kind the customer has
with
need_cells as (
    select * from analysis.need_cells
),
need_days as (
    select * from analysis.need_days
),
activity as (
    select * from core.activity
),
counted as (
    select
        profit_window, customer_id,
        'category' as dimension,
        category as choice,
        sum(net_money) as net_money, sum(lines) as lines, sum(net_money) as amount
    from need_cells
    group by profit_window, customer_id, category
    union all
    select
        profit_window, customer_id,
        'channel' as dimension,
        channel as choice,
        sum(net_money) as net_money, sum(lines) as lines, sum(net_money) as amount
    from need_cells
    group by profit_window, customer_id, channel
    union all
    select
        need_days.profit_window, activity.customer_id,
        'day' as dimension,
        cast(need_days.weekday as varchar) as choice,
        sum(activity.net_revenue) as net_money, count(*) as lines, count(*) as amount
    from activity
    inner join need_days
        on activity.active_on = need_days.day
    group by need_days.profit_window, activity.customer_id, need_days.weekday
),
placed as (
    select
        profit_window, customer_id, dimension, choice,
        net_money, lines, amount,
        -- one order for all, so that rows are sorted once
        sum(amount) over whole as all_amount,
        sum(lines) over whole as all_lines,
        count(*) over whole as choices,
        row_number() over (
            partition by profit_window, customer_id, dimension
            order by amount desc, lines desc, net_money desc, choice
        ) as place
    from counted
    window whole as (
        partition by profit_window, customer_id, dimension
        order by amount desc, lines desc, net_money desc, choice
        rows between unbounded preceding and unbounded following
    )
),
final as (
    select
        profit_window, customer_id, dimension, choice,
        cast(net_money as decimal(38, 4)) as net_money,
        cast(lines as bigint) as lines,
        cast(all_lines as bigint) as all_lines,
        -- who bought for nothing has no share of money
        cast(amount as double) / nullif(cast(all_amount as double), 0) as share,
        cast(place as bigint) as place,
        cast(choices as bigint) as choices
    from placed
)
select * from final
