-- One customer with an activity in the window, scored by how recently, how often and
-- for how much they bought. A score is 1 + floor(5 k / n), k the customers who are
-- strictly less recent, less frequent or of less value: equal customers have equal
-- scores, and a bin may be empty.
-- grain: customer_id
-- needs: none
-- units: recency_days days, frequency count, monetary money, r score, f score, m score
with
params as (
    select * from run.params
),
window_activity as (
    select * from core.window_activity
),
customer_results as (
    select * from core.customer_results where profit_window = 'current'
),
measured as (
    select
        window_activity.customer_id,
        date_diff('day', window_activity.last_active_on, params.as_of) as recency_days,
        window_activity.active_days as frequency,
        coalesce(customer_results.net_revenue, 0) as monetary
    from window_activity
    cross join params
    left join customer_results
        on window_activity.customer_id = customer_results.customer_id
),
placed as (
    select
        customer_id,
        recency_days, frequency, monetary,
        5 * (rank() over (order by recency_days desc) - 1) as less_recent,
        5 * (rank() over (order by frequency) - 1) as less_frequent,
        5 * (rank() over (order by monetary) - 1) as less_valuable,
        count(*) over () as n
    from measured
),
scored as (
    select
        customer_id,
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
        customer_id,
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
