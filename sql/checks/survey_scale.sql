-- The scores given before D, and how many of them nobody says the scale of: without
-- satisfaction.scale in pharos.yaml there is no NPS and no CSAT.
-- grain: table_name
-- needs: surveys
-- severity: warning
-- units: failing count, tested count
-- column: detail  the lowest and the highest score that was given
with
scale as (
    select * from analysis.satisfaction_scale where measure = 'score'
),
final as (
    select
        'surveys' as table_name,
        case when scale_low is null then answers else 0 end as failing,
        answers as tested,
        case
            when scale_low is null and answers > 0 then concat(
                'scores from ', cast(cast(lowest as decimal(18, 2)) as varchar),
                ' to ', cast(cast(highest as decimal(18, 2)) as varchar),
                ': add satisfaction: { scale: 0-10 } or what it is'
            )
        end as detail
    from scale
)
select * from final
