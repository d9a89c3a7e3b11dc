-- A table that the company wants fresh, and how many of its sources have a newest row
-- that is too old: an export that no longer arrives, or always the same one. The detail
-- names the stalest source.
-- grain: table_name
-- needs: none
-- severity: error
-- units: failing count, tested count

with freshness as (
    select * from publish.freshness
),
worded as (
    select
        table_name, is_stale,
        case when is_stale then coalesce(age_days, 1000000) end as stale_days,
        case
            when newest_on is null
                then concat(
                    'no row of source ', source, ' is dated before the as-of day',
                    ', the newest may be ', cast(at_most_days as varchar), ' days old'
                )
            else concat(
                'the newest row of source ', source, ' is of ',
                cast(newest_on as varchar), ', ', cast(age_days as varchar),
                ' days old, and may be ', cast(at_most_days as varchar), ' days old'
            )
        end as detail,
        source
    from freshness
),
ranked as (
    select
        table_name, is_stale, detail,
        row_number() over (
            partition by table_name
            order by stale_days desc nulls last, source
        ) as place
    from worded
),
final as (
    select
        table_name,
        count(case when is_stale then 1 end) as failing,
        count(*) as tested,
        min(case when place = 1 and is_stale then detail end) as detail
    from ranked
    group by table_name
)
select * from final
