-- One window in which profit is counted, half-open: the day ends_on is not in it.
-- `current` is W and `previous` W moved back by twelve months; the others are those
-- that history, comparisons and closed periods ask for.
-- grain: profit_window
-- needs: none
-- view: yes
-- column: kind  report, standard, history or closed
-- column: month_on  of history: the month of the window's last day
with
windows as (
    select * from run.windows
),
final as (
    select
        profit_window, kind, position,
        starts_on, ends_on, month_on
    from windows
)
select * from final
