-- Something that is wrong with an opportunity, and what is made of it.
-- closes_before_it_begins: won or lost all the same, and in no figure of days.
-- closed_without_day: won or lost on every day, in no period. won_without_stages: it
-- reached every stage, its days in them are unknown. undated: known on every day, of
-- the cohort unknown.
-- grain: opportunity_id, rule
-- needs: none
with
facts as (
    select * from analysis.opportunity_facts
),
opportunities as (
    select * from staging.opportunities
),
funnel as (
    select * from run.funnel_policy
),
params as (
    select * from run.params
),
known as (
    select
        facts.opportunity_id, facts.stage_position, facts.has_history,
        facts.outcome, facts.began_on, facts.ended_on
    from facts
    cross join params
    where facts.began_on is null or facts.began_on < params.as_of
),
found as (
    select opportunity_id, 'closes_before_it_begins' as rule
    from known
    where ended_on < began_on
    union all
    select opportunity_id, 'closed_without_day'
    from known
    where outcome <> 'open' and ended_on is null
    union all
    select known.opportunity_id, 'won_without_stages'
    from known
    cross join funnel
    where known.outcome = 'won' and funnel.stages > 0
        and not known.has_history
        and coalesce(known.stage_position < funnel.stages, true)
    union all
    select opportunity_id, 'undated'
    from known
    where began_on is null
),
final as (
    select
        found.opportunity_id, found.rule,
        opportunities._source,
        case
            when opportunities._file is null
                then concat('key=opportunity_id:', found.opportunity_id)
            else concat(opportunities._file, ':', cast(opportunities._line as varchar))
        end as location,
        concat(
            found.rule, ': opportunity ', found.opportunity_id,
            ', stage ', opportunities.stage,
            coalesce(', created ' || cast(opportunities.created_on as varchar), ''),
            coalesce(', closed ' || cast(opportunities.closed_on as varchar), '')
        ) as value
    from found
    inner join opportunities
        on found.opportunity_id = opportunities.opportunity_id
)
select * from final
