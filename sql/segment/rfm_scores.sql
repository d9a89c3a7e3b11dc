-- One customer with an activity in a window of the report, scored by how recently, how
-- often and for how much they bought. A score is 1 + floor(5 k / n), k the customers
-- who are strictly less recent, less frequent or of less value: equal customers have
-- equal scores, and a bin may be empty.
-- grain: profit_window, customer_id
-- needs: none
-- units: recency_days days, frequency count, monetary money, r score, f score, m score
with
profit_windows as (
    select * from core.profit_windows
),
window_activity as (
    select * from core.window_activity
),
customer_results as (
    select * from core.customer_results
),
measured as (
    select
        window_activity.profit_window, window_activity.customer_id,
        date_diff('day', window_activity.last_active_on, profit_windows.ends_on)
            as recency_days,
        window_activity.active_days as frequency,
        coalesce(customer_results.net_revenue, 0) as monetary
    from window_activity
    inner join profit_windows
        on window_activity.profit_window = profit_windows.profit_window
    left join customer_results
        on window_activity.profit_window = customer_results.profit_window
        and window_activity.customer_id = customer_results.customer_id
),
placed as (
    select
        profit_window, customer_id,
        recency_days, frequency, monetary,
        5 * (rank() over by_recency - 1) as less_recent,
        5 * (rank() over by_frequency - 1) as less_frequent,
        5 * (rank() over by_money - 1) as less_valuable,
        count(*) over (partition by profit_window) as n
    from measured
    window
        by_recency as (partition by profit_window order by recency_days desc),
        by_frequency as (partition by profit_window order by frequency),
        by_money as (partition by profit_window order by monetary)
),
scored as (
    select
        profit_window, customer_id,
        recency_days, frequency, monetary,
        1 + case when less_recent >= n then 1 else 0 end
            + case when less_recent >= 2 * n then 1 else 0 end
            + case when less_recent >= 3 * n then 1 else 0 end
            + case when less_recent >= 4 * n then 1 else 0 end as r,
        1 + case when less_frequent >= n then 1 else 0 end
            + case when less_frequent >= 2 * n then 1 else 0 end
            + case when less_frequent >= 3 * n then 1 else 0 end
            + case when less_frequent >= 4 * n then 1 else 0 end as f,
        1 + case when less_valuable >= n then 1 else 0 end
            + case when less_valuable >= 2 * n then 1 else 0 end
            + case when less_valuable >= 3 * n then 1 else 0 end
            + case when less_valuable >= 4 * n then 1 else 0 end as m
    from placed
),
final as (
    select
        profit_window, customer_id,
        recency_days, frequency, monetary,
        r, f, m,
        case
            when r = 5 and f >= 4 then 'champions'
            when r >= 3 and f >= 4 then 'loyal'
            when r >= 4 and f >= 2 then 'potential_loyalist'
            when r = 5 then 'new'
            when r = 4 then 'promising'
            when r = 3 and f = 3 then 'need_attention'
            when r = 3 then 'about_to_sleep'
            when f = 5 then 'cannot_lose'
            when f >= 3 then 'at_risk'
            else 'hibernating'
        end as segment
    from scored
)
select * from final
