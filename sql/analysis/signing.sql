-- An owner of opportunities, all of them known before D, and what became of them. Open
-- ones are in the signing rate, since they may still be signed, and not in the close
-- rate.
-- grain: owner_id
-- needs: opportunities
-- mart: yes
-- units: opportunities count, won count, lost count, open count
-- units: signing_rate share, signing_low share, signing_high share
-- units: close_rate share, close_low share, close_high share
-- units: won_value money, open_value money
-- units: mean_days_won days, median_days_won days, mean_days_lost days
-- units: median_days_lost days, entry_timeliness share, entry_completeness share
-- column: owner_id  who looks after them; unassigned
-- column: opportunities  won, lost and open
-- column: signing_rate  won divided by opportunities
-- column: signing_low  lower end of the 95 % Wilson interval
-- column: signing_high  upper end of the 95 % Wilson interval
-- column: close_rate  won divided by won and lost
-- column: close_low  lower end of the 95 % Wilson interval
-- column: close_high  upper end of the 95 % Wilson interval
-- column: won_value  amount of what was won
-- column: open_value  amount of what is open
-- column: mean_days_won  from the beginning to the signing
-- column: median_days_won  half of them took at most so long
-- column: mean_days_lost  from the beginning to the loss
-- column: median_days_lost  half of them took at most so long
-- column: entry_timeliness  share recorded within funnel.entry_within of the beginning
-- column: entry_completeness  share of the required fields that are filled
with
deals as (
    select * from analysis.owner_deals where segmentation = 'owner'
),
days as (
    select
        segment,
        max(case when state = 'won' then mean_days end) as mean_days_won,
        max(case when state = 'won' then median_days end) as median_days_won,
        max(case when state = 'lost' then mean_days end) as mean_days_lost,
        max(case when state = 'lost' then median_days end) as median_days_lost
    from analysis.deal_days
    where segmentation = 'owner'
    group by segment
),
intervals as (
    select * from analysis.intervals
),
final as (
    select
        cast(deals.segment as varchar) as owner_id,
        cast(deals.opportunities as bigint) as opportunities,
        cast(deals.won as bigint) as won,
        cast(deals.lost as bigint) as lost,
        cast(deals.still_open as bigint) as open,
        cast(signed.rate as double) as signing_rate,
        cast(signed.rate_low as double) as signing_low,
        cast(signed.rate_high as double) as signing_high,
        cast(closed.rate as double) as close_rate,
        cast(closed.rate_low as double) as close_low,
        cast(closed.rate_high as double) as close_high,
        cast(coalesce(deals.won_value, 0) as decimal(38, 4)) as won_value,
        cast(coalesce(deals.open_value, 0) as decimal(38, 4)) as open_value,
        cast(days.mean_days_won as double) as mean_days_won,
        cast(days.median_days_won as double) as median_days_won,
        cast(days.mean_days_lost as double) as mean_days_lost,
        cast(days.median_days_lost as double) as median_days_lost,
        cast(deals.timely as double) / nullif(cast(deals.recorded as double), 0)
            as entry_timeliness,
        cast(deals.filled as double) / nullif(cast(deals.required as double), 0)
            as entry_completeness
    from deals
    left join days
        on deals.segment = days.segment
    left join intervals as signed
        on deals.opportunities = signed.trials
        and deals.won = signed.hits
    left join intervals as closed
        on deals.won + deals.lost = closed.trials
        and deals.won = closed.hits
)
select * from final
