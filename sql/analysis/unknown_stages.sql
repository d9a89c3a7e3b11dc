-- A name in the place of a stage that is neither one of funnel.stages nor of
-- funnel.lost, as the data spells it. Its opportunities count as in the first stage, or
-- as far as their history says, and as signed when they are won. Empty without
-- funnel.stages.
-- grain: stage
-- needs: opportunities
-- mart: yes
-- units: opportunities count, entries count
-- column: stage  the name that fits none
-- column: opportunities  whose current stage has that name
-- column: entries  rows of the history of stages with that name, in no figure
with
states as (
    select * from analysis.opportunity_states
),
history as (
    select * from staging.opportunity_stages
),
stages as (
    select * from run.funnel_stages
),
funnel as (
    select * from run.funnel_policy where stages > 0
),
named as (
    select
        trim(states.stage) as stage,
        1 as opportunities,
        0 as entries
    from states
    cross join funnel
    where states.stage_position is null
    union all
    select trim(history.stage), 0, 1
    from history
    cross join funnel
    left join stages
        on history.said = stages.said
    where stages.said is null
),
final as (
    select
        cast(stage as varchar) as stage,
        cast(sum(opportunities) as bigint) as opportunities,
        cast(sum(entries) as bigint) as entries
    from named
    group by stage
)
select * from final
