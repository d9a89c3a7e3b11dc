-- The opportunities known before D, and how many are in a stage that pharos.yaml does
-- not name. Add the names that mart unknown_stages lists to funnel.stages or
-- funnel.lost.
-- grain: table_name
-- needs: opportunities
-- severity: warning
-- units: failing count, tested count
-- column: detail  how many names, and the most frequent one
with
unknown_stages as (
    select * from analysis.unknown_stages
),
states as (
    select * from analysis.opportunity_states
),
ranked as (
    select
        stage, opportunities, entries,
        row_number() over (order by opportunities desc, entries desc, stage) as place
    from unknown_stages
),
unknown as (
    select
        count(*) as names,
        coalesce(sum(opportunities), 0) as opportunities,
        max(case when place = 1 then stage end) as first_stage,
        max(case when place = 1 then opportunities end) as of_first
    from ranked
),
known as (
    select count(*) as opportunities
    from states
),
final as (
    select
        'opportunities' as table_name,
        cast(unknown.opportunities as bigint) as failing,
        known.opportunities as tested,
        case
            when unknown.names > 0 then concat(
                cast(unknown.names as varchar), ' names that are no stage, first ',
                unknown.first_stage, ': ', cast(unknown.of_first as varchar)
            )
        end as detail
    from unknown
    cross join known
)
select * from final
