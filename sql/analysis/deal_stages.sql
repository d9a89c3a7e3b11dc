-- A deal of a customer in a stage that it reached, what became of it there, and the
-- figures in which it counts as one. Without funnel.stages a deal has one row, of stage
-- none.
-- grain: customer_id, opportunity_id, position
-- needs: opportunities
-- mart: yes
-- units: amount money, days days
-- column: customer_id  the customer; unknown
-- column: opportunity_id  the deal
-- column: position  of the stage, from 1 on; 0 without stages
-- column: stage  its name
-- column: state  of the deal: won, lost or open
-- column: outcome  converted: it went on, of the last stage it was signed; still_open;
--   lost; none without stages
-- column: owner_id  who looks after it; unassigned
-- column: cohort  first day of the period in which it began; unknown
-- column: counts_in  columns of marts in which it is one: funnel and funnel_by in this
--   stage, signing and pipeline where it came to
-- column: amount  NULL when nobody says
-- column: entered_on  the day it entered the stage; NULL when nobody says
-- column: days  in the stage, until the last day before D when it is still there
with
states as (
    select * from analysis.opportunity_states
),
reached as (
    select * from analysis.stage_reached
),
stages as (
    select * from run.funnel_stages where position > 0
),
spells as (
    select * from analysis.stage_spells
),
entries as (
    select * from analysis.stage_entries
),
open_deals as (
    select * from analysis.open_deals
),
passed as (
    select
        states.opportunity_id, states.customer_id, states.owner_id,
        states.cohort, states.state, states.amount,
        coalesce(stages.position, 0) as position,
        coalesce(stages.stage, 'none') as stage,
        coalesce(stages.position = reached.reached, true) as is_furthest,
        case
            when stages.position is null then 'none'
            when reached.reached > stages.position or states.state = 'won'
                then 'converted'
            when states.state = 'open' then 'still_open'
            else 'lost'
        end as outcome
    from states
    left join reached
        on states.opportunity_id = reached.opportunity_id
    left join stages
        on stages.position <= reached.reached
),
final as (
    select
        cast(coalesce(passed.customer_id, 'unknown') as varchar) as customer_id,
        cast(passed.opportunity_id as varchar) as opportunity_id,
        cast(passed.position as bigint) as position,
        cast(passed.stage as varchar) as stage,
        cast(passed.state as varchar) as state,
        cast(passed.outcome as varchar) as outcome,
        cast(passed.owner_id as varchar) as owner_id,
        cast(passed.cohort as varchar) as cohort,
        cast(concat(
            case when outcome <> 'none' then 'funnel: entered, ' || outcome else '' end,
            case when spells.days is not null then ', median_days' else '' end,
            case when outcome <> 'none' and is_furthest then '; ' else '' end,
            case when is_furthest then 'signing: opportunities, ' || state else '' end,
            case when open_deals.is_stuck then '; pipeline: deals, stuck'
                when open_deals.opportunity_id is not null then '; pipeline: deals'
                else '' end
        ) as varchar) as counts_in,
        cast(passed.amount as decimal(38, 4)) as amount,
        cast(entries.entered_on as date) as entered_on,
        cast(spells.days as bigint) as days
    from passed
    left join spells
        on passed.opportunity_id = spells.opportunity_id
        and passed.position = spells.position
    left join entries
        on passed.opportunity_id = entries.opportunity_id
        and passed.position = entries.position
    left join open_deals
        on passed.opportunity_id = open_deals.opportunity_id
        and passed.position = open_deals.position
)
select * from final
