-- The opportunities known before D where a mapping says whose they are, and how many
-- name no owner. They stand under unassigned.
-- grain: table_name
-- needs: opportunities
-- severity: warning
-- units: failing count, tested count
with
states as (
    select * from analysis.opportunity_states
),
mapped as (
    select table_name
    from run.columns
    where table_name = 'opportunities' and column_name = 'owner_id'
),
final as (
    select
        mapped.table_name,
        count(
            case
                when coalesce(states.owner_id, 'unassigned') = 'unassigned' then 1
            end
        ) as failing,
        count(*) as tested
    from states
    cross join mapped
    group by mapped.table_name
)
select * from final
