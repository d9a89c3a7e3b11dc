-- A table whose volume is watched, and how many of its sources brought too few or too
-- many rows on their last usual day: a dead or broken export must not publish a quiet
-- night. The detail names one of them.
-- grain: table_name
-- needs: none
-- severity: error
-- units: failing count, tested count

with volume as (
    select * from publish.volume
),
worded as (
    select
        table_name, source, dated_on, is_unusual,
        concat(
            cast(rows as varchar), ' rows of ', cast(dated_on as varchar),
            ' from source ', source, ', where ', cast(usual_rows as varchar),
            ' are usual for the weekday and ±',
            cast(
                cast(within_bp * cast(0.01 as decimal(3, 2)) as decimal(6, 2))
                as varchar
            ),
            ' % are allowed'
        ) as detail
    from volume
),
ranked as (
    select
        table_name, dated_on, is_unusual, detail,
        row_number() over (
            partition by table_name
            order by is_unusual desc, source
        ) as place
    from worded
),
final as (
    select
        table_name,
        count(case when is_unusual then 1 end) as failing,
        count(dated_on) as tested,
        min(case when place = 1 and is_unusual then detail end) as detail
    from ranked
    group by table_name
)
select * from final
