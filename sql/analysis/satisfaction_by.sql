-- What a group of customers answered in W about one element of satisfaction: all, by
-- tier, state and class of churn, and every segmentation; element all is every answer.
-- grain: by, value, element
-- needs: surveys, order_lines | contracts | ledger
-- mart: yes
-- units: answers count, customers count, below count, equal count, above count
-- units: mean_score points, mean_low points, mean_high points, scored count
-- units: expectation_gap share, gap_low share, gap_high share
-- units: nps points, nps_low points, nps_high points
-- units: csat share, csat_low share, csat_high share
-- column: by  all, tier, churn_state, churn_class, or a segmentation
-- column: value  which of them; unknown where nobody says
-- column: element  all, contact, product_quality, service, image, other or unknown
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
with
measures as (
    select * from analysis.satisfaction_measures
),
final as (
    select
        cast(measures.segmentation as varchar) as "by",
        cast(measures.segment as varchar) as value,
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
        cast(measures.csat_high as double) as csat_high
    from measures
)
select * from final
