-- An opportunity, whatever D is: when it began, how it ended and how it was recorded.
-- Won is what says so, or stands in the last stage and says nothing else; lost what
-- says so, stands in a word for lost, or has a day of closing without being won.
-- grain: opportunity_id
-- needs: none
-- units: amount money, delay_days days, filled count, required count
-- column: stage_position  from 1 on; 0: a word for lost; NULL: none of the stages
-- column: outcome  won, lost or open, as tonight's load knows it
-- column: began_on  the day of creation, or the first day that is known of it
-- column: ended_on  the day it was won or lost; NULL when open or nobody says
-- column: delay_days  from the beginning until it was recorded
-- column: filled  of the required columns, those that are filled
with
opportunities as (
    select * from staging.opportunities
),
funnel as (
    select * from run.funnel_policy
),
stages as (
    select * from run.funnel_stages
),
first_entries as (
    select opportunity_id, min(entered_on) as first_on
    from staging.opportunity_stages
    group by opportunity_id
),
closes as (
    select max(case when column_name = 'closed_at' then 1 else 0 end) as mapped
    from run.columns
    where table_name = 'opportunities'
),
records as (
    select * from analysis.opportunity_records
),
placed as (
    select
        opportunities.opportunity_id,
        case when funnel.stages > 0 then stages.position end as stage_position,
        first_entries.first_on,
        case
            when stages.position in (0, funnel.stages) then opportunities.entered_on
        end as entered_on,
        case
            when opportunities.won then 'won'
            when opportunities.won is null and stages.position = funnel.stages
                then 'won'
            when stages.position = 0 then 'lost'
            when opportunities.closed_on is not null then 'lost'
            when opportunities.won is not null and coalesce(closes.mapped, 0) = 0
                then 'lost'
            else 'open'
        end as outcome
    from opportunities
    cross join funnel
    cross join closes
    left join stages
        on lower(trim(opportunities.stage)) = stages.said
    left join first_entries
        on opportunities.opportunity_id = first_entries.opportunity_id
),
final as (
    select
        opportunities.opportunity_id,
        opportunities.customer_id,
        coalesce(opportunities.owner_id, 'unassigned') as owner_id,
        coalesce(opportunities.source, 'unknown') as source,
        coalesce(opportunities.product_id, 'unknown') as product_id,
        opportunities.stage,
        placed.stage_position,
        placed.outcome,
        placed.first_on is not null as has_history,
        opportunities.created_on,
        opportunities.entered_on,
        opportunities.closed_on,
        coalesce(
            opportunities.created_on, placed.first_on, opportunities.entered_on,
            opportunities.recorded_on, opportunities.closed_on
        ) as began_on,
        case
            when placed.outcome <> 'open'
                then coalesce(opportunities.closed_on, placed.entered_on)
        end as ended_on,
        opportunities.amount,
        date_diff(
            'day',
            coalesce(opportunities.created_on, placed.first_on),
            opportunities.recorded_on
        ) as delay_days,
        records.filled,
        records.required
    from opportunities
    inner join placed
        on opportunities.opportunity_id = placed.opportunity_id
    inner join records
        on opportunities.opportunity_id = records.opportunity_id
)
select * from final
