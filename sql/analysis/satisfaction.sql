-- What the customers of a tier answered in W about one element of satisfaction, and how
-- many of the tier answered at all. Cases, returns and contacts are no answers; they
-- stand in mart satisfaction_signals.
-- grain: tier, element
-- needs: surveys, order_lines | contracts | ledger
-- mart: yes
-- units: answers count, customers count, below count, equal count, above count
-- units: mean_score points, mean_low points, mean_high points, scored count
-- units: expectation_gap share, gap_low share, gap_high share
-- units: nps points, nps_low points, nps_high points
-- units: csat share, csat_low share, csat_high share
-- units: asked count, answered count, response_rate share
-- units: response_low share, response_high share
-- column: tier  high, medium, zero or loss; unknown for who is no known customer
-- column: element  contact, product_quality, service or image; other: a word of the
--   company's that is none of them; unknown: nobody says
-- column: answers  given in W; each counts for itself, also of one customer
-- column: customers  who gave them
-- column: below  answers whose experience is below the expectation
-- column: equal  answers whose experience is as expected
-- column: above  answers whose experience is above the expectation
-- column: mean_score  of the scores on the scale; NULL where there is none
-- column: mean_low  lower end of the 95 % interval by Student's t, from five scores on
-- column: mean_high  upper end of it
-- column: scored  answers with a score
-- column: expectation_gap  share below less share above; the one of the key figures
-- column: gap_low  lower end of the 95 % interval of a difference of two proportions
-- column: gap_high  upper end of it
-- column: nps  % of 9 and 10 less % of 0 to 6; NULL unless satisfaction.scale is 0-10
-- column: nps_low  lower end of the 95 % interval of a difference of two proportions
-- column: nps_high  upper end of it
-- column: csat  share of 4 and 5; NULL unless satisfaction.scale is 1-5
-- column: csat_low  lower end of the 95 % Wilson interval
-- column: csat_high  upper end of it
-- column: asked  customers of the tier who could have answered, as mart
--   satisfaction_response counts them
-- column: answered  of them, those who did, about whatever element
-- column: response_rate  answered divided by asked
-- column: response_low  lower end of the 95 % Wilson interval
-- column: response_high  upper end of it
with
measures as (
    select *
    from analysis.satisfaction_measures
    where segmentation = 'tier' and element <> 'all'
),
responses as (
    select * from analysis.response_cells where segmentation = 'tier'
),
intervals as (
    select * from analysis.answer_intervals
),
final as (
    select
        cast(measures.segment as varchar) as tier,
        cast(measures.element as varchar) as element,
        cast(measures.answers as bigint) as answers,
        cast(measures.customers as bigint) as customers,
        cast(measures.below as bigint) as below,
        cast(measures.equal as bigint) as equal,
        cast(measures.above as bigint) as above,
        cast(measures.mean_score as double) as mean_score,
        cast(measures.mean_low as double) as mean_low,
        cast(measures.mean_high as double) as mean_high,
        cast(measures.scored as bigint) as scored,
        cast(measures.expectation_gap as double) as expectation_gap,
        cast(measures.gap_low as double) as gap_low,
        cast(measures.gap_high as double) as gap_high,
        cast(measures.nps as double) as nps,
        cast(measures.nps_low as double) as nps_low,
        cast(measures.nps_high as double) as nps_high,
        cast(measures.csat as double) as csat,
        cast(measures.csat_low as double) as csat_low,
        cast(measures.csat_high as double) as csat_high,
        cast(coalesce(responses.counted, 0) as bigint) as asked,
        cast(coalesce(responses.answered, 0) as bigint) as answered,
        cast(intervals.rate as double) as response_rate,
        cast(intervals.rate_low as double) as response_low,
        cast(intervals.rate_high as double) as response_high
    from measures
    left join responses
        on measures.segment = responses.segment
    left join intervals
        on responses.counted = intervals.trials
        and responses.answered = intervals.hits
)
select * from final
