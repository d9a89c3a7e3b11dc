-- An opportunity in whose history of stages a stage follows a later one, so many times.
-- grain: opportunity_id
-- needs: none
-- units: regressions count
with
history as (
    select * from staging.opportunity_stages
),
stages as (
    select * from run.funnel_stages where position > 0
),
params as (
    select * from run.params
),
ordered as (
    select
        history.opportunity_id,
        stages.position,
        max(stages.position) over (
            partition by history.opportunity_id
            order by history.entered_on, stages.position
            rows between unbounded preceding and 1 preceding
        ) as furthest_before
    from history
    inner join stages
        on history.said = stages.said
    cross join params
    where history.entered_on < params.as_of
),
final as (
    select opportunity_id, count(*) as regressions
    from ordered
    where position < furthest_before
    group by opportunity_id
)
select * from final
