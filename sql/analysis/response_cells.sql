-- The customers of a group who could have answered in W, those of them who did, and
-- what both brought.
-- grain: segmentation, segment
-- needs: surveys
-- units: counted count, answered count, profit_answered money, profit_silent money
with
groups as (
    select * from analysis.satisfaction_groups
),
survey_members as (
    select * from analysis.survey_members where is_counted
),
profit_tiers as (
    select * from segment.profit_tiers
),
final as (
    select
        groups.segmentation, groups.segment,
        count(*) as counted,
        count(case when survey_members.has_answered then 1 end) as answered,
        cast(coalesce(
            sum(case when survey_members.has_answered then profit_tiers.profit end), 0
        ) as decimal(38, 4)) as profit_answered,
        cast(coalesce(
            sum(case when not survey_members.has_answered then profit_tiers.profit end),
            0
        ) as decimal(38, 4)) as profit_silent
    from survey_members
    inner join groups
        on survey_members.customer_id = groups.customer_id
    left join profit_tiers
        on survey_members.customer_id = profit_tiers.customer_id
    group by groups.segmentation, groups.segment
)
select * from final
