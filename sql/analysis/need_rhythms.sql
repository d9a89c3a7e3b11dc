-- One customer with a gap between activity days that ended in a window of the report:
-- how many, and the nearest-rank median of their days.
-- grain: profit_window, customer_id
-- needs: none
-- units: gaps count, gap_days days
with
activity_gaps as (
    select * from analysis.activity_gaps
),
need_days as (
    select * from analysis.need_days
),
placed as (
    select
        need_days.profit_window, activity_gaps.customer_id,
        activity_gaps.gap_days,
        row_number() over (
            partition by need_days.profit_window, activity_gaps.customer_id
            order by activity_gaps.gap_days, activity_gaps.active_on
        ) as place,
        count(*) over (
            partition by need_days.profit_window, activity_gaps.customer_id
        ) as gaps
    from activity_gaps
    inner join need_days
        on activity_gaps.active_on = need_days.day
),
final as (
    select
        profit_window, customer_id,
        count(*) as gaps,
        min(case when 2 * place >= gaps then gap_days end) as gap_days
    from placed
    group by profit_window, customer_id
)
select * from final
