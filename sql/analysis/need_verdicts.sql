-- One customer with sale lines in W or the previous window, and in one word what
-- changed: the first in the order of the words of change, so that what costs money is
-- said before what does not.
-- grain: customer_id
-- needs: none
-- units: changes count
with
need_totals as (
    select * from analysis.need_totals
),
need_changes as (
    select * from analysis.need_changes
),
change_words as (
    select * from run.change_words
),
activity_spans as (
    select * from analysis.activity_spans
),
windows as (
    select * from core.profit_windows where profit_window = 'current'
),
sides as (
    select
        need_changes.customer_id,
        min(change_words.position) as position,
        count(case when change_words.direction <> 'none' then 1 end) as changes
    from need_changes
    inner join change_words
        on need_changes.change = change_words.change
    group by need_changes.customer_id
),
bought as (
    select
        customer_id,
        max(case when profit_window = 'current' then 1 else 0 end) as is_now,
        max(case when profit_window = 'previous' then 1 else 0 end) as is_before
    from need_totals
    group by customer_id
),
named as (
    select
        bought.customer_id,
        coalesce(sides.changes, 0) as changes,
        case
            when bought.is_now = 0 then 'stopped'
            when bought.is_before = 0
                and activity_spans.first_active_on < windows.starts_on then 'returned'
            when bought.is_before = 0 then 'new'
            else words_of_sides.change
        end as change
    from bought
    cross join windows
    left join activity_spans
        on bought.customer_id = activity_spans.customer_id
    left join sides
        on bought.customer_id = sides.customer_id
    left join change_words as words_of_sides
        on sides.position = words_of_sides.position
),
final as (
    select
        named.customer_id,
        named.change,
        change_words.direction,
        named.changes
    from named
    inner join change_words
        on named.change = change_words.change
)
select * from final
