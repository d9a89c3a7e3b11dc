-- One window in which profit is counted: the current one, W, and the previous one, W
-- moved back by twelve months. Half-open: the day ends_on is not in it.
-- grain: profit_window
-- needs: none
-- view: yes
with
params as (
    select * from run.params
),
final as (
    select
        'current' as profit_window,
        window_start as starts_on, as_of as ends_on
    from params
    union all
    select
        'previous' as profit_window,
        previous_window_start as starts_on, previous_as_of as ends_on
    from params
)
select * from final
