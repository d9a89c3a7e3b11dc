-- One customer with an activity in the window, scored by how recently, how often and
-- for how much they bought. A score is 1 + floor(5 k / n), k the customers who are
-- strictly less recent, less frequent or of less value: equal customers have equal
-- scores, and a bin may be empty.
-- grain: customer_id
-- needs: order_lines
-- mart: yes
-- view: yes
-- units: recency_days days, frequency count, monetary money, r score, f score, m score
-- column: customer_id  the customer's id
-- column: recency_days  days from the last activity to the as-of day; bought yesterday
--   is 1
-- column: frequency  days with an activity
-- column: monetary  the customer's net revenue, as in pareto
-- column: r  recency score, 1 to 5, 5 is most recent
-- column: f  frequency score, 1 to 5, 5 is most frequent
-- column: m  money score, 1 to 5, 5 is most valuable
-- column: segment  the name of the cell that r and f give
with
rfm_scores as (
    select * from segment.rfm_scores where profit_window = 'current'
),
final as (
    select
        cast(customer_id as varchar) as customer_id,
        cast(recency_days as bigint) as recency_days,
        cast(frequency as bigint) as frequency,
        cast(monetary as decimal(38, 4)) as monetary,
        cast(r as bigint) as r,
        cast(f as bigint) as f,
        cast(m as bigint) as m,
        cast(segment as varchar) as segment
    from rfm_scores
)
select * from final
