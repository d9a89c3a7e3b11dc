-- A stage but the last, and what became of the deals that reached it and are closed:
-- the share that was won is the chance of an open deal in it. limit_days is the
-- nearest-rank 90 % quantile of the days that the closed ones were in the stage, from
-- ten of them on.
-- grain: position
-- needs: none
-- units: closed count, won count, limit_days days
with
reached as (
    select * from analysis.stage_reached
),
spells as (
    select * from analysis.stage_spells
),
stages as (
    select * from run.funnel_stages where position > 0
),
chances as (
    select
        stages.position, stages.stage,
        count(case when reached.state <> 'open' then 1 end) as closed,
        count(case when reached.state = 'won' then 1 end) as won
    from stages
    cross join reached
    where reached.reached >= stages.position
    group by stages.position, stages.stage
),
ranked as (
    select
        spells.position, spells.days,
        row_number() over (
            partition by spells.position
            order by spells.days, spells.opportunity_id
        ) as place,
        count(*) over (partition by spells.position) as deals
    from spells
    inner join reached
        on spells.opportunity_id = reached.opportunity_id
    where spells.days is not null and reached.state <> 'open'
),
limits as (
    select position, min(days) as limit_days
    from ranked
    where deals >= 10 and 10 * place >= 9 * deals
    group by position
),
final as (
    select
        chances.position, chances.stage, chances.closed, chances.won,
        limits.limit_days
    from chances
    left join limits
        on chances.position = limits.position
)
select * from final
