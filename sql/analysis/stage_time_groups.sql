-- How many opportunities of a group were in a stage for so many days and left it then,
-- or were still there.
-- grain: segmentation, segment, position, days, has_ended
-- needs: none
-- units: days days, opportunities count
with
groups as (
    select * from analysis.opportunity_groups
),
spells as (
    select * from analysis.stage_spells
),
final as (
    select
        groups.segmentation, groups.segment,
        spells.position, spells.days, spells.has_ended,
        count(*) as opportunities
    from groups
    inner join spells
        on groups.opportunity_id = spells.opportunity_id
    where spells.days is not null
    group by
        groups.segmentation, groups.segment,
        spells.position, spells.days, spells.has_ended
)
select * from final
